// Takes the last addresses out of lock files: npm leaves out those of packages (.npmrc), but not those of sponsors.
import { readFileSync, writeFileSync } from "node:fs";

for (const folder of process.argv.slice(2)) {
  const file = `${folder}/package-lock.json`;
  const lock = JSON.parse(readFileSync(file, "utf8"));
  for (const entry of Object.values(lock.packages)) delete entry.funding;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
