"""Reading the settings: defaults, then the file, then the environment.

Read once at the roof and passed down as small frozen values; no other module reads the environment. An unknown
key is an error, because a misspelt limit that is silently ignored is worse than none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from model.errors import SettingsError
from praktyki.settings_checks import check
from praktyki.settings_table import PREFIX, SETTINGS, Setting, Value
from praktyki.settings_values import InForce, Settings

__all__ = ["FILE", "FILE_VARIABLE", "SETTINGS", "InForce", "Setting", "Settings", "load"]

FILE = "praktyki.toml"
# Says where the file is, so it cannot stand in it.
FILE_VARIABLE = PREFIX + "CONFIG"
_BY_KEY = {setting.key: setting for setting in SETTINGS}
_BY_VARIABLE = {setting.variable: setting for setting in SETTINGS}


def load(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Defaults, then the file, then the environment. Raises ``SettingsError`` that names key and place."""
    found = {setting.key: InForce(setting, setting.default, "default") for setting in SETTINGS}
    if file is not None:
        for key, value in _flat(_read(file)):
            setting = _BY_KEY.get(key)
            if setting is None:
                raise SettingsError(f"{file}: unknown setting {key!r}", advice="praktyki config lists all settings")
            if setting.secret:
                raise SettingsError(f"{file}: {key} is a secret", advice=f"set {setting.variable} in the environment")
            found[key] = InForce(setting, _typed(setting, value, str(file)), str(file))
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        setting = _BY_VARIABLE.get(variable)
        if setting is None:
            raise SettingsError(f"unknown setting {variable} in the environment", advice="praktyki config lists all")
        found[setting.key] = InForce(setting, _typed(setting, text, variable), variable)
    settings = Settings(found)
    check(settings)
    return settings


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not TOML: {error}", advice="mend the line that the message names") from error


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _typed(setting: Setting, value: object, origin: str) -> Value:
    wanted = type(setting.default)
    if isinstance(value, wanted) and not isinstance(value, bool):
        return value
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and wanted is not str:
        try:
            return wanted(value)
        except ValueError:
            pass
    raise SettingsError(
        f"{origin}: {setting.key} = {value!r} is not {'text' if wanted is str else 'a number'}", advice=setting.help
    )
