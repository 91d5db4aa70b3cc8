// The editor of the query page: Yasqe in the place of the form's text field. Without it the form is a plain form.
// It asks this installation only (one JSON file to complete with), keeps nothing in the browser, and sends nothing:
// "Run" is the form's own button.
import { Yasqe } from "@zazuko/yasqe";

/** Terms of the release as completions: those whose IRI or label holds what was typed, the most frequent first. */
function matching(terms, typed, base) {
  const wanted = typed.toLowerCase();
  const local = wanted.slice(wanted.lastIndexOf("#") + 1).split("/").pop();
  const starts = (term) => term.iri.toLowerCase().startsWith(wanted);
  const holds = (term) => local && !base && `${term.iri} ${term.label}`.toLowerCase().includes(local);
  return terms.filter((term) => starts(term) || holds(term)).map((term) => term.iri);
}

/** Writes an IRI as a name with a prefix where the query declares one that fits. */
function shortened(yasqe, iri) {
  const declared = Object.entries(yasqe.getPrefixesFromQuery()).find(([, namespace]) => iri.startsWith(namespace));
  return declared ? `${declared[0]}:${iri.slice(declared[1].length)}` : `<${iri}>`;
}

function registerCompleters(loading) {
  const terms = async (kind, token) => {
    const known = (await loading)[kind];
    return matching(known, token?.autocompletionString ?? "", Boolean(token?.tokenPrefixUri));
  };
  const write = { postProcessSuggestion: (yasqe, _token, iri) => shortened(yasqe, iri) };
  Yasqe.forkAutocompleter("class", { name: "release-class", get: (_, token) => terms("classes", token), ...write }, false);
  Yasqe.forkAutocompleter("property", { name: "release-property", get: (_, token) => terms("properties", token), ...write }, false);
  Yasqe.forkAutocompleter("prefixes", {
    name: "our-prefixes",
    persistenceId: null,
    get: async () => Object.entries((await loading).prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort(),
  }, false);
}

const COMPLETERS = ["our-prefixes", "release-class", "release-property", "variables"];

function submit(form) {
  form.requestSubmit();
}

function edit(form, area) {
  const loading = fetch(form.dataset.completions).then((answer) => answer.json());
  registerCompleters(loading);
  const place = document.createElement("div");
  place.className = "editor";
  area.after(place);
  const yasqe = new Yasqe(place, {
    value: area.value,
    autocompleters: COMPLETERS,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "24rem",
    screenReaderLabel: document.querySelector(`label[for="${area.id}"]`).textContent,
    extraKeys: {
      // The keyboard must be able to leave the field (WCAG 2.1.2).
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-S": false,
      "Ctrl-Enter": () => submit(form),
      "Cmd-Enter": () => submit(form),
    },
  });
  // Yasqe's tooltip writes markup with inline styles, in English; the answer says what is wrong, where, and what to do.
  place.addEventListener("mouseover", (event) => {
    if (event.target.closest(".parseErrorIcon")) event.stopPropagation();
  }, true);
  area.hidden = true;
  area.required = false;
  form.addEventListener("submit", () => { area.value = yasqe.getValue(); });
  document.querySelectorAll("[data-with-editor]").forEach((hint) => { hint.hidden = false; });
  return yasqe;
}

function addCopyButtons() {
  for (const block of document.querySelectorAll("pre[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = block.dataset.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = block.dataset.copied;
      setTimeout(() => { button.textContent = block.dataset.copy; }, 2000);
    });
    block.before(button);
  }
}

const form = document.querySelector("form.ask");
if (form) {
  edit(form, form.querySelector("textarea"));
  if (navigator.clipboard) addCopyButtons();
}
