"""The Learn panel's own judgement (web/src/panels/learn), and what the build gives it to show."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from page_modules import WEB, needs_node, run_page_modules

pytestmark = needs_node

TOOLS = (WEB / "tools").as_uri()
CHECKING = 'import { isSolved } from "SRC/panels/learn/checking.js";'
SEARCHING = 'import { excerptOf, findItems, listItems } from "SRC/panels/learn/searching.js";'
LEARNING = f"""
import {{ learningFile, readLearning }} from "{TOOLS}/manual.mjs";
import {{ TAGS }} from "SRC/panels/learn/nodes.js";
"""


def test_a_task_is_done_when_all_patterns_fit_and_nothing_failed() -> None:
    told = run_page_modules(
        CHECKING,
        """
        const check = {value: "^42$", output: "Ada", code: "define"};
        const fits = {value: "42", output: ["Hello,", "Ada"], error: null};
        tell(isSolved(check, "(define x)", fits));
        tell(isSolved(check, "x", fits));
        tell(isSolved(check, "(define x)", {...fits, value: "142"}));
        tell(isSolved(check, "(define x)", {...fits, value: null}));
        tell(isSolved(check, "(define x)", {...fits, output: []}));
        tell(isSolved(check, "(define x)", {...fits, error: {type: "unbound"}}));
        """,
    )
    assert told == [True, False, False, False, False, False]


def test_what_is_named_so_comes_before_what_speaks_of_it() -> None:
    told = run_page_modules(
        SEARCHING,
        """
        const entries = ["string/trim-left", "string/trim", "sort"].map((name) => ({
          name, signature: `(${name})`, text: name === "sort" ? "after string/trim" : "", aliases: [],
        }));
        const tree = [["p", {}, "About ", ["code", {}, "string/trim"], " and ", ["em", {}, "more"], "."]];
        const pages = [{name: "text", title: "Text", body: [...tree, ["program", {code: "(sort xs)"}]]}];
        const items = listItems({tour: [], pages, entries});
        const find = (text) => findItems(items, text).map(({place}) => place);
        tell(find("string/trim"));
        tell(find("SORT"));
        tell(find("and more"));
        tell(find("nowhere"));
        tell(find("  "));
        tell(excerptOf("x ".repeat(50) + "the needle " + "y ".repeat(200), "Needle"));
        """,
    )
    assert told[:5] == [
        ["name/string/trim", "name/string/trim-left", "manual/text", "name/sort"],
        ["name/sort", "manual/text"],
        ["manual/text"],
        [],
        [],
    ]
    assert "the needle" in told[5]
    assert told[5].startswith("… ")
    assert told[5].endswith(" …")
    assert len(told[5]) < 160


def test_the_build_reads_all_pages_steps_and_names_into_what_the_panel_can_show() -> None:
    pages, tour, entries, tags, links = run_page_modules(
        LEARNING,
        f"""
        const learning = JSON.parse(learningFile(readLearning({json.dumps(sys.executable)})));
        const tags = new Set();
        const links = [];
        const walk = (tree) => {{
          if (typeof tree === "string") return;
          const [tag, attributes, ...children] = tree;
          tags.add(tag);
          if (tag === "a") links.push(attributes.href);
          children.forEach(walk);
        }};
        for (const {{body}} of learning.pages) body.forEach(walk);
        for (const {{body, task}} of learning.tour) [...body, ...task].forEach(walk);
        tell(learning.pages.map(({{name, title}}) => [name, title]));
        tell(learning.tour.map(({{title, code, solution, check}}) => [title, code, solution, Object.keys(check)]));
        tell(learning.entries.length);
        tell([...tags].filter((tag) => !(tag in TAGS)));
        tell(links);
        """,
    )
    manual = Path(WEB.parent / "docs" / "manual")
    assert {name for name, _ in pages} == {page.stem for page in manual.glob("*.md")}
    assert all(title for _, title in pages)
    assert len(tour) == 10
    assert all(title and code and solution and check for title, code, solution, check in tour)
    assert entries > 1000
    assert set(tags) <= {"program", "a"}
    names = {f"{name}.md" for name, _ in pages}
    assert [link for link in links if not link.startswith("https://") and link not in names] == []


def test_an_error_leads_to_the_name_that_it_speaks_of_or_to_a_page_that_there_is() -> None:
    *named, pages = run_page_modules(
        'import { aboutError, PAGES } from "SRC/panels/output/about.js";',
        """
        const library = ["car", "file/read", "if", "+"].map((name) => ({name, aliases: [`${name}!`]}));
        const about = (type, message) => tell(aboutError({type, message}, library)?.place ?? null);
        about("type-error", "car: argument 1 expected list or vector, got int");
        about("type-error", "+ expected number or string, got int and string");
        about("arity", "if! expects 2 or 3 arguments, got 0");
        about("io", "file/read nope: no such file or directory");
        about("unbound", "Unbound variable: car");
        about("eval", "x");
        tell(Object.values(PAGES));
        """,
    )
    assert named == [
        "name/car",
        "name/+",
        "name/if!",
        "name/file/read",
        "manual/functions",
        None,
    ]
    assert set(pages) <= {page.stem for page in (WEB.parent / "docs" / "manual").glob("*.md")}


def test_the_page_knows_where_its_source_is() -> None:
    told = run_page_modules(
        f'import {{ addressesOf, readAbout }} from "{TOOLS}/about.mjs";',
        f"""
        const urls = '[project]\\nname = "x"\\n\\n[project.urls]\\nHome = "https://h.example"\\nSource = "https://s.example/r/"\\n';
        const built = {{GITHUB_SERVER_URL: "https://github.example", GITHUB_REPOSITORY: "a/b"}};
        tell(addressesOf("", {{}}));
        tell(addressesOf("[project]\\n", built));
        tell(addressesOf(urls, built));
        tell(addressesOf(urls + 'Issues = "https://i.example"\\n[tool]\\n', {{}}));
        tell(addressesOf("", {{...built, GITHUB_SERVER_URL: "javascript:"}}));
        tell(readAbout({json.dumps(str(WEB.parent))}).version);
        """,
    )
    nowhere = {"source": "", "issues": ""}
    github = "https://github.example/a/b"
    mine = "https://s.example/r/"
    assert told[0] == nowhere
    assert told[1] == {"source": github, "issues": f"{github}/issues"}
    assert told[2] == {"source": mine, "issues": f"{mine}issues"}
    assert told[3] == {"source": mine, "issues": "https://i.example"}
    assert told[4] == nowhere
    assert told[5][0].isdigit()
