"""Common Polish given names, to see that a capitalised pair of words is a person.

A second net only: no list of names is complete, so nothing relies on it (the model has no field for a
person). It holds frequent names in the nominative; declined forms are recognised by their stem.
"""

from __future__ import annotations

import re

from model.iris import fold

_NAMES = """
adam adrian agata agnieszka aleksander aleksandra alicja alina amelia andrzej aneta anna antoni
antonina arkadiusz artur barbara bartosz bartłomiej beata bernadeta bogdan bogumił bogumiła bogusław
bogusława bolesław bożena bronisław bronisława cecylia cezary czesław czesława damian daniel danuta
daria dariusz dawid dominik dominika dorota edmund edward edyta elżbieta emil emilia eryk eugenia
eugeniusz ewa ewelina fabian feliks filip franciszek gabriela genowefa grażyna grzegorz gustaw
halina hanna helena henryk henryka hubert ignacy igor ilona irena ireneusz iwona izabela jacek
jadwiga jakub jan janina janusz jarosław jerzy joanna jolanta józef józefa judyta julia julian
justyna kacper kajetan kamil kamila karol karolina katarzyna kazimiera kazimierz kinga klaudia
konrad konstanty kornelia krystian krystyna krzysztof ksawery lech leon leokadia leszek lidia lucjan
lucyna ludwik łucja łukasz maciej magdalena maja małgorzata marcel marcelina marcin marek maria
marianna marian mariola mariusz marta martyna marzena mateusz michał michalina mieczysław
mieczysława mikołaj milena mirosław mirosława monika natalia nikola nina norbert olga oliwia oskar
otylia patrycja patryk paula paulina paweł piotr przemysław radosław rafał regina renata robert
roman romana romuald roksana ryszard sabina sandra sebastian sławomir stanisław stanisława stefan
stefania sylwester sylwia szymon tadeusz tamara teresa tomasz urszula wacław waldemar wanda weronika
wiesław wiesława wiktor wiktoria wincenty witold władysław władysława włodzimierz wojciech zbigniew
zdzisław zdzisława zenon zofia zuzanna zygmunt
"""
_ENDING = re.compile(r"(?:owi|iem|em|ą|ę|ie|ii|i|y|u|a|o)$")


def _stem(name: str) -> str:
    return fold(_ENDING.sub("", name))


_EXACT = frozenset(fold(name) for name in _NAMES.split())
_STEMS = frozenset(stem for name in _NAMES.split() if len(stem := _stem(name)) >= 4)


# A stem of three letters fits too many words: only its own declined forms count ("Janem", "Ewy").
_SHORT_FORMS = frozenset(
    stem + ending
    for name in _NAMES.split()
    if len(stem := _stem(name)) == 3
    for ending in ("", "a", "owi", "em", "ie", "u", "y", "i", "e", "o")
)


def is_given_name(word: str) -> bool:
    """Whether a word is a common given name, also declined (``Andrzejem``) and without diacritics."""
    lowered = word.lower()
    return fold(lowered) in _EXACT or fold(lowered) in _SHORT_FORMS or _stem(lowered) in _STEMS
