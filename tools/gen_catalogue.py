#!/usr/bin/env python3
"""Validates catalogue/*.toml and writes what is made of it.

    gen_catalogue.py catalogue --tables X.cc --examples X.inc     the tables and examples (the build)
    gen_catalogue.py catalogue --docs docs/BEHAVIOURS.md          the documentation page
    gen_catalogue.py catalogue --docs docs/BEHAVIOURS.md --check  fails if that page is out of date

The form of a row is described in catalogue/README.md. A file is written only when it changes.
"""
import argparse
import hashlib
import itertools
import re
import sys
import tomllib
from pathlib import Path
from re import _constants as sre, _parser as sre_parser  # the only regex parser in the library

# C++ enumerators, in the order of src/behaviour/catalogue.h.
ROOTS = "R1 R2 R3 R4 R5 D1 D2 D3 E1 E2 E3 E4 P1 P2 P3 P4".split()
APIS = {"javascript": "kJavaScript", "python": "kPython", "shell": "kShell"}
ACCESSES = {"call": "kCall", "import": "kImport", "read": "kRead", "write": "kWrite"}
ROLES = {"code": "kCode", "code:python": "kCodePython", "code:javascript": "kCodeJavaScript",
         "command": "kCommand", "program": "kProgram", "argv": "kArgv", "script": "kScript",
         "path": "kPath", "url": "kUrl", "env": "kEnv", "module": "kModule", "data": "kData"}
PLACES = {"any": "kAny", "path": "kPath", "url": "kUrl", "env": "kEnv", "command": "kCommand",
          "name": "kName"}

FIELDS = {  # kind -> (required, optional)
    "behaviour": ({"id", "root", "phrase", "sentence"}, {"attack", "paper"}),
    "api": ({"id", "match", "behaviour", "doc", "source", "positive", "negative"},
            {"on", "args", "when"}),
    "string": ({"id", "in", "pattern", "behaviour", "doc", "source", "positive", "negative"}, set()),
}
# A sequence must not tell which ecosystem it came from, or the model would learn that instead.
REVEALING = set("""javascript typescript ecmascript js ts node nodejs npm npx yarn pnpm bun deno
    require python py cpython pip pypi wheel setuptools conda django flask react electron""".split())

GRAM = 4  # bytes of the literals by which a string is sifted before the regular expressions run


class Catalogue:
    """All rows in file order, and what is wrong with them."""

    def __init__(self, folder):
        self.folder = folder
        self.errors = []
        self.digest = hashlib.sha256()
        self.ids = {}
        self.behaviours = self.load("behaviours.toml", "behaviour")
        self.behaviour_index = {row["id"]: n for n, row in enumerate(self.behaviours)}
        self.check_behaviours()
        self.apis = []
        for api in APIS:
            for row in self.load(f"apis/{api}.toml", "api"):
                row["api"] = api
                row.setdefault("on", "call")
                self.check_api(row)
                self.apis.append(row)
        for file in sorted(folder.glob("apis/*.toml")):
            if file.stem not in APIS:
                self.errors.append(f"apis/{file.name}: not one of {', '.join(APIS)}")
        self.strings = self.load("strings.toml", "string")
        for row in self.strings:
            self.check_string(row)
        self.version = self.digest.hexdigest()[:12]

    def load(self, name, kind):
        """The complete rows of a file; what is incomplete is an error and left out."""
        path = self.folder / name
        if not path.exists():
            return []
        content = path.read_bytes()
        self.digest.update(f"{name}\0{len(content)}\0".encode() + content)
        try:
            tables = tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.errors.append(f"{name}: {error}")
            return []
        for key in tables.keys() - {kind}:
            self.errors.append(f"{name}: unknown table `{key}`")
        required, optional = FIELDS[kind]
        rows = []
        for number, row in enumerate(tables.get(kind, []), 1):
            row["file"] = name
            row.setdefault("id", f"row {number}")
            for field in sorted(required - row.keys()):
                self.error(row, field, "is missing")
            for field in sorted(row.keys() - required - optional - {"file"}):
                self.error(row, field, "is not a field of this row")
            if required <= row.keys():
                self.check_id(row, kind)
                rows.append(row)
        return rows

    def error(self, row, field, message):
        self.errors.append(f"{row['file']}: {row['id']}: {field}: {message}")

    def require(self, condition, row, field, message):
        if not condition:
            self.error(row, field, message)

    def check_id(self, row, kind):
        space = "behaviour" if kind == "behaviour" else "row"
        other = self.ids.setdefault((space, row["id"]), row)
        self.require(other is row, row, "id", f"is taken by a row of {other['file']}")
        self.require(re.fullmatch(r"[\w@/.+$*-]+", row["id"]), row, "id", "is not one plain word")

    def check_behaviours(self):
        phrases, paper = {}, {}
        for row in self.behaviours:
            phrase = row["phrase"]
            self.require(row["root"] in ROOTS, row, "root", f"is not one of {' '.join(ROOTS)}")
            self.require(re.fullmatch(r"[a-z][a-z0-9]*([ -][a-z][a-z0-9]*)*", phrase), row, "phrase",
                         "is not plain lower-case words")
            for word in sorted(REVEALING & set(re.findall("[a-z]+", phrase))):
                self.error(row, "phrase", f"`{word}` gives the ecosystem away")
            other = phrases.setdefault(phrase, row)
            self.require(other is row, row, "phrase", f"is that of {other['id']}")
            self.require(re.fullmatch(r"(T\d{4}(\.\d{3})?)?", row.get("attack", "")), row, "attack",
                         "is not an ATT&CK technique")
            if row.get("paper"):
                other = paper.setdefault(row["root"], row)
                self.require(other is row, row, "paper", f"{row['root']} is taken by {other['id']}")
        for root in ROOTS:
            if root not in paper:
                self.errors.append(f"behaviours.toml: {root} has no behaviour marked `paper`")
        self.paper = paper

    def check_common(self, row):
        self.require(row["behaviour"] in self.behaviour_index, row, "behaviour",
                     f"`{row['behaviour']}` is not in behaviours.toml")
        self.require(text(row["doc"]), row, "doc", "is empty")
        self.require(text(row["source"]) and row["source"].startswith("https://"), row, "source",
                     "is not an https address")
        for field in ("positive", "negative"):
            self.require(row[field] and isinstance(row[field], list) and all(map(text, row[field])),
                         row, field, "is not a list of examples")

    def check_api(self, row):
        self.check_common(row)
        self.require(row["on"] in ACCESSES, row, "on", f"is not one of {', '.join(ACCESSES)}")
        self.check_match(row)
        for key, role in row.get("args", {}).items():
            self.require(role in ROLES, row, f"args.{key}", f"`{role}` is not a role")
            self.require(key != "none" and argument(key), row, f"args.{key}", "is not an argument")
        for key, pattern in row.get("when", {}).items():
            self.require(argument(key), row, f"when.{key}", "is not an argument")
            if key == "none":
                self.require(pattern is True, row, "when.none", "is not `true`")
            else:
                self.check_pattern(row, f"when.{key}", pattern)

    def check_match(self, row):
        match = row["match"]
        wanted = {"module"} if row["on"] == "import" else {"module", "member"}
        if not isinstance(match, dict) or match.keys() != wanted:
            self.error(row, "match", f"needs {' and '.join(sorted(wanted))}, nothing else")
            row["match"] = {"module": [], "member": []}
            return
        for field, values in match.items():
            match[field] = values = values if isinstance(values, list) else [values]
            self.require(values and all(isinstance(value, str) for value in values), row,
                         f"match.{field}", "is neither a text nor a list of texts")
        for module in match["module"]:
            self.require(text(module) and not module.startswith("node:"), row, "match.module",
                         f"`{module}` is empty or has the prefix that is dropped")
            if "*" in module and module != "*":
                whole = row["on"] == "import" or match["member"] == ["*"]
                self.require(re.fullmatch(r"@[^*]+/\*", module) and whole, row, "match.module",
                             f"`{module}`: a star is for a whole scope, as in @scope/*")
        for member in match.get("member", []):
            self.require("*" not in re.sub(r"(^|\.)\*$", "", member), row, "match.member",
                         f"`{member}`: a star comes last, behind a dot")
            self.require("*" not in match["module"] or member not in ("", "*"), row, "match.member",
                         "any method of any module is too wide")

    def check_string(self, row):
        self.check_common(row)
        self.require(row["in"] in PLACES, row, "in", f"is not one of {', '.join(PLACES)}")
        row["grams"] = []
        tree = self.check_pattern(row, "pattern", row["pattern"])
        if tree is None:
            return
        needles = literals(tree)[1]
        if needles and min(map(len, needles)) >= GRAM:
            row["grams"] = sorted({rarest_gram(needle) for needle in needles})
        elif row["in"] in ("any", "path"):
            self.error(row, "pattern", f"can match without a literal of {GRAM} characters, "
                                       "so that every string would have to be searched")

    def check_pattern(self, row, field, pattern):
        """The parsed pattern, or None if RE2 would not take it."""
        try:
            if not pattern.isascii():
                raise ValueError("is not ASCII, but texts are matched byte by byte")
            tree = sre_parser.parse(pattern)
            reject_unknown_to_re2(tree)
            return tree
        except (re.error, AttributeError, TypeError, ValueError, RecursionError) as error:
            self.error(row, field, f"{error}")
            return None


def text(value):
    return isinstance(value, str) and value != ""


def argument(key):
    return re.fullmatch(r"\d{1,2}|[A-Za-z_][A-Za-z0-9_]*", key)


# ---- regular expressions ---------------------------------------------------------------------

def reject_unknown_to_re2(tree):
    """RE2 has no backtracking, so nothing that needs it (https://github.com/google/re2/wiki/Syntax)."""
    unknown = {sre.ASSERT: "lookaround", sre.ASSERT_NOT: "lookaround", sre.GROUPREF: "backreference",
               sre.GROUPREF_EXISTS: "condition", sre.ATOMIC_GROUP: "atomic group",
               sre.POSSESSIVE_REPEAT: "possessive repeat"}
    for op, value in tree:
        if op in unknown:
            raise ValueError(f"RE2 has no {unknown[op]}")
        if (op, value) == (sre.AT, sre.AT_END_STRING):
            raise ValueError(r"RE2 has no \Z")
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            if max(n for n in value[:2] if n is not sre.MAXREPEAT) > 1000:
                raise ValueError("RE2 repeats at most 1000 times")
            reject_unknown_to_re2(value[2])
        elif op is sre.SUBPATTERN:
            reject_unknown_to_re2(value[3])
        elif op is sre.BRANCH:
            for branch in value[1]:
                reject_unknown_to_re2(branch)


def literals(tree):
    """(all texts that the pattern can be, texts one of which every match holds), lower-cased.

    Either is None when it is not known. The method is that of RE2's own prefilter."""
    exact, needed, whole = {""}, None, True
    for op, value in tree:
        item_exact, item_needed = item_literals(op, value)
        if item_exact is not None and len(exact) * len(item_exact) <= 64:
            exact = {a + b for a, b in itertools.product(exact, item_exact)}
        else:
            needed = longer(longer(needed, exact), item_needed)
            exact, whole = {""}, False
    return exact if whole else None, longer(needed, exact)


def item_literals(op, value):
    if op is sre.LITERAL:
        return (char := {chr(value).lower()}), char
    if op is sre.AT:
        return {""}, None
    if op is sre.IN and len(value) <= 4 and all(kind is sre.LITERAL for kind, _ in value):
        return (chars := {chr(char).lower() for _, char in value}), chars
    if op is sre.SUBPATTERN:
        return literals(value[3])
    if op is sre.BRANCH:
        exacts, neededs = zip(*map(literals, value[1]))
        return (set().union(*exacts) if None not in exacts else None,
                set().union(*neededs) if None not in neededs else None)
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, most, body = value
        exact, needed = literals(body)
        if (least, most) == (0, 1) and exact is not None:
            return exact | {""}, None
        return None, needed if least > 0 else None
    return None, None


def longer(one, other):
    """Which of two sets of needles sifts better: the one whose shortest needle is longer."""
    def least(needles):
        return min(map(len, needles)) if needles else 0
    return one if least(one) >= least(other) else other


def rarest_gram(needle):
    frequent = "etaoinsrhldcumfpgwybvkxjqz"  # letters of English by frequency; others are rarer
    return max((needle[i:i + GRAM] for i in range(len(needle) - GRAM + 1)),
               key=lambda gram: sum(frequent.find(c) % 30 for c in gram))


# ---- C++ -------------------------------------------------------------------------------------

def literal(value):
    """A C++ string literal; octal escapes, as those end after three digits."""
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
                         for byte in value.encode()) + '"'


class Array:
    """A constant C++ array to which lists are added and whose parts are named as spans."""

    def __init__(self, type_name, name):
        self.type_name, self.name, self.items = type_name, name, []

    def add(self, items):
        first = len(self.items)
        self.items += items
        return f"{{{self.name}.data() + {first}, {len(items)}}}" if items else "{}"

    def __str__(self):
        rows = "".join(f"    {item},\n" for item in self.items)
        return (f"constexpr std::array<{self.type_name}, {len(self.items)}> {self.name}{{{{\n"
                f"{rows}}}}};\n")


def argument_key(key):
    if key.isdigit():
        return f'{{{int(key)}, "", Kind::kPosition}}'
    if key in ("any", "none"):
        return f'{{-1, "", Kind::k{key.title()}}}'
    return f"{{-1, {literal(key)}, Kind::kKeyword}}"


def paths_of(row):
    """(text, is a method of any value, covers what is below too) of each path of a row."""
    for module in row["match"]["module"]:
        if row["on"] == "import":
            yield module.removesuffix("/*"), False, True
            continue
        for member in row["match"]["member"]:
            below = member == "*" or member.endswith(".*")
            member = member.removesuffix("*").removesuffix(".")
            if module == "*":
                yield member, True, below
            else:
                yield ".".join(filter(None, (module.removesuffix("/*"), member))), False, below


def path_domain(row, method):
    """domain() of src/behaviour/catalogue_tables.h."""
    return list(APIS).index(row["api"]) * 8 + list(ACCESSES).index(row["on"]) * 2 + method


def path_hash(domain, path):
    """FNV-1a, as step() of src/behaviour/catalogue_tables.h."""
    value = 2166136261
    for byte in bytes([domain]) + path.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def path_index(apis, row_lists):
    """The paths, and an open hash table over them: number of the path plus one, or 0."""
    paths = {}
    for number, row in enumerate(apis):
        for path, method, below in paths_of(row):
            lists = paths.setdefault((path_domain(row, method), path), ([], []))
            if f"&kApiRows[{number}]" not in lists[below]:
                lists[below].append(f"&kApiRows[{number}]")
    slots = [0] * (1 << max(4, (2 * len(paths)).bit_length()))
    entries = []
    for (domain, path), (exact, below) in sorted(paths.items()):
        entries.append(f"{{{literal(path)}, {domain}, {row_lists.add(exact)}, {row_lists.add(below)}}}")
        slot = path_hash(domain, path) % len(slots)
        while slots[slot]:
            slot = (slot + 1) % len(slots)
        slots[slot] = len(entries)
    return entries, slots, max((len(path.encode()) for _, path in paths), default=0)


def tables(catalogue):
    index = catalogue.behaviour_index
    behaviours = Array("Behaviour", "kBehaviourRows")
    behaviours.add([f"{{{literal(row['id'])}, {literal(row['phrase'])}, {literal(row['sentence'])}, "
                    f"{literal(row.get('attack', ''))}, Root::k{row['root']}}}"
                    for row in catalogue.behaviours])
    by_id = Array("BehaviourId", "kByIdRows")
    by_id.add([str(index[name]) for name in sorted(index)])
    paper = Array("BehaviourId", "kPaperRows")
    paper.add([str(index[catalogue.paper[root]["id"]]) for root in ROOTS])

    patterns = Array("std::string_view", "kConditionPatternRows")
    numbers = {}
    arguments = Array("ArgumentRow", "kArgumentRows")
    conditions = Array("ConditionRow", "kConditionRows")
    apis = Array("ApiRow", "kApiRows")
    for row in catalogue.apis:
        for pattern in row.get("when", {}).values():
            if pattern is not True and pattern not in numbers:
                numbers[pattern] = len(numbers)
                patterns.add([literal(pattern)])
        argument_rows = arguments.add([f"{{{argument_key(key)}, ArgumentRole::{ROLES[role]}}}"
                                       for key, role in row.get("args", {}).items()])
        condition_rows = conditions.add(
            [f"{{{argument_key(key)}, {'kNoPattern' if pattern is True else numbers[pattern]}}}"
             for key, pattern in row.get("when", {}).items()])
        apis.add([f"{{{literal(row['id'])}, {literal(row['doc'])}, {literal(row['source'])}, "
                  f"{index[row['behaviour']]}, Access::{ACCESSES[row['on']]}, "
                  f"{argument_rows}, {condition_rows}}}"])

    row_lists = Array("const ApiRow*", "kRowLists")
    entries, slot_values, longest = path_index(catalogue.apis, row_lists)
    paths = Array("Path", "kPathRows")
    paths.add(entries)
    slots = Array("uint16_t", "kSlotRows")
    slots.add([str(slot) for slot in slot_values])

    strings = Array("StringRow", "kStringRows")
    string_patterns = Array("StringPattern", "kStringPatternRows")
    for row in catalogue.strings:
        strings.add([f"{{{literal(row['id'])}, {literal(row['doc'])}, {literal(row['source'])}, "
                     f"{index[row['behaviour']]}, StringPlace::{PLACES[row['in']]}}}"])
        string_patterns.add([f"{{{literal(row['pattern'])}, {literal(''.join(row['grams']))}}}"])

    arrays = [behaviours, by_id, paper, patterns, arguments, conditions, apis, row_lists, paths,
              slots, strings, string_patterns]
    spans = [("Behaviour", "kBehaviours", behaviours), ("BehaviourId", "kBehavioursById", by_id),
             ("BehaviourId", "kPaperBehaviours", paper), ("ApiRow", "kApis", apis),
             ("std::string_view", "kConditionPatterns", patterns), ("Path", "kPaths", paths),
             ("uint16_t", "kPathSlots", slots), ("StringRow", "kStrings", strings),
             ("StringPattern", "kStringPatterns", string_patterns)]
    return "\n".join([
        "// Generated by tools/gen_catalogue.py; do not edit.\n#include <array>\n",
        '#include "behaviour/catalogue_tables.h"\n', "namespace cerebro::tables {", "namespace {",
        "using Kind = ArgumentKey::Kind;\n", *map(str, arrays), "}  // namespace\n",
        *(f"constinit const std::span<const {type_name}> {name}{{{array.name}}};"
          for type_name, name, array in spans),
        f"constinit const size_t kLongestPath = {longest};",
        f"constinit const std::string_view kVersion = {literal(catalogue.version)};\n",
        "}  // namespace cerebro::tables\n"])


def examples(catalogue):
    lines = ["// Generated by tools/gen_catalogue.py; do not edit.",
             "// API_EXAMPLE(row id, Api::, positive, source text)",
             "// STRING_EXAMPLE(row id, StringPlace::, positive, text)"]
    for macro in ("API_EXAMPLE", "STRING_EXAMPLE"):
        lines += [f"#ifndef {macro}", f"#define {macro}(id, where, positive, text)", "#endif"]
    for macro, rows in (("API_EXAMPLE", catalogue.apis), ("STRING_EXAMPLE", catalogue.strings)):
        for row in rows:
            where = APIS[row["api"]] if "api" in row else PLACES[row["in"]]
            lines += [f"{macro}({literal(row['id'])}, {where}, {positive}, {literal(example)})"
                      for positive, field in (("true", "positive"), ("false", "negative"))
                      for example in row[field]]
    return "\n".join([*lines, "#undef API_EXAMPLE", "#undef STRING_EXAMPLE", ""])


# ---- documentation ---------------------------------------------------------------------------

def attack_link(technique):
    return f"[{technique}](https://attack.mitre.org/techniques/{technique.replace('.', '/')}/)"


def shown_paths(row):
    if row["on"] == "import":
        return row["match"]["module"]
    return [".".join(filter(None, pair))
            for pair in itertools.product(row["match"]["module"], row["match"]["member"])]


def docs(catalogue):
    lines = ["# Behaviours", "",
             "Generated from `catalogue/` by `tools/gen_catalogue.py`; do not edit.", "",
             f"{len(catalogue.behaviours)} behaviours, {len(catalogue.apis)} API rows, "
             f"{len(catalogue.strings)} string rows. Each behaviour rolls up to one of the paper's "
             "16 features.", "", "## The vocabulary"]
    for root in ROOTS:
        lines += ["", f"### {root}: {catalogue.paper[root]['phrase']}", "",
                  "| id | phrase | meaning | ATT&CK |", "|---|---|---|---|"]
        lines += [f"| `{row['id']}` | {row['phrase']} | {row['sentence']} | "
                  f"{attack_link(row['attack']) if row.get('attack') else ''} |"
                  for row in catalogue.behaviours if row["root"] == root]
    lines += ["", "## What shows them", "",
              "Behaviours that are not listed here are found by code, not by a row."]
    for behaviour in catalogue.behaviours:
        apis = [row for row in catalogue.apis if row["behaviour"] == behaviour["id"]]
        strings = [row for row in catalogue.strings if row["behaviour"] == behaviour["id"]]
        if not apis and not strings:
            continue
        lines += ["", f"### `{behaviour['id']}`", "", behaviour["sentence"], ""]
        for row in apis:
            paths = ", ".join(f"`{path}`" for path in shown_paths(row))
            when = " under a condition" if row.get("when") else ""
            lines += [f"- {row['api']}, {row['on']}{when}: {paths}. "
                      f"{row['doc']} ([source]({row['source']}))"]
        for row in strings:
            lines += [f"- text, {row['in']}: `{row['id']}`. {row['doc']} ([source]({row['source']}))"]
    return "\n".join(lines) + "\n"


def write(path, content):
    if not path.exists() or path.read_text() != content:
        path.write_text(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue", type=Path, help="folder of behaviours.toml")
    parser.add_argument("--tables", type=Path, help="C++ source of the tables")
    parser.add_argument("--examples", type=Path, help="C++ macros, one for each example")
    parser.add_argument("--docs", type=Path, help="documentation page")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()
    catalogue = Catalogue(options.catalogue)
    if catalogue.errors:
        sys.exit("\n".join(catalogue.errors))
    for path, make in ((options.tables, tables), (options.examples, examples), (options.docs, docs)):
        if path is None:
            continue
        if not options.check:
            write(path, make(catalogue))
        elif not path.exists() or path.read_text() != make(catalogue):
            sys.exit(f"{path} is out of date: run tools/gen_catalogue.py")


if __name__ == "__main__":
    main()
