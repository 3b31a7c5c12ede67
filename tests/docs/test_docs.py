"""The manual pages against the program: what there is is documented, with the same default and range,
and what is documented is there.  And the sample configuration against the program that reads it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
BUILD = SOURCE / os.environ.get("TRIAGE_BUILD", "build")
PAGES = ["milter/triage-milter.8", "milter/triagectl.1", "conf/triage-milter.conf.5"]
DAEMON, CTL, CONF = ((SOURCE / page).read_text(encoding="utf-8") for page in PAGES)
UTF8 = dict(os.environ, LC_ALL="C.UTF-8")


def ctl(*words, cwd=None):
    """What triagectl says, on standard output and error."""
    done = subprocess.run([BUILD / "triagectl", *words], cwd=cwd, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return done.returncode, done.stdout.decode("utf-8")


def section(page, title):
    """From `.Sh TITLE` or `.Ss TITLE` to the next heading of its rank."""
    found = re.search(rf"^\.(S[hs]) {re.escape(title)}\n(.*?)(?=^\.Sh |^\.\1 |\Z)", page, re.M | re.S)
    assert found, f"no section '{title}'"
    return found.group(2)


def items(text, macro):
    """The first words of a list's items: `.It Ic NAME …`."""
    return re.findall(rf"^\.It {macro} (\S+)", text, re.M)


def adapted_sample(home):
    """The sample configuration beside copies of what it names, as an administrator would place it."""
    for name in ("conf/fields.conf", "conf/freemail.txt", "conf/prices.conf"):
        shutil.copy(SOURCE / name, home)
    for name in ("policies", "prompts"):
        shutil.copytree(SOURCE / name, home / name)
    shutil.copytree(SOURCE / "conf/replies", home / "replies")
    text = (SOURCE / "conf/triage-milter.conf").read_text(encoding="utf-8")
    for folder in ("/var/lib/triage-milter", "/var/spool/postfix/triage-milter", "/etc/triage-milter"):
        text = text.replace(folder, str(home))
    (home / "triage-milter.conf").write_text(text, encoding="utf-8")
    return text


@pytest.fixture
def site(tmp_path):
    adapted_sample(tmp_path)
    return tmp_path


def findings_of_policy(site, policy):
    (site / "policies/support.policy").write_text(policy, encoding="utf-8")
    return ctl("-c", "triage-milter.conf", "policy", "check", cwd=site)[1]


def listed(text, lead):
    """The names of a message that ends "LEAD: a, b, c"."""
    found = re.search(rf"{re.escape(lead)}: (.*)", text)
    assert found, text
    return found.group(1).split(", ")


# --- settings ------------------------------------------------------------------------------------

def settings_of_the_program():
    """Block ─▶ setting ─▶ the sentence of its default, as the page has it."""
    blocks = {}
    for title, text in zip(("Top level", "mailbox NAME { ... }", "llm NAME { ... }", "brand NAME { ... }",
                            "notify NAME { ... }", "trust NAME { ... }"),
                           ctl("config", "doc")[1].strip().split("\n\n")):
        rows = re.findall(r"^    (\w+) {2,}.*?(required|default .*?); (.*?)( \(restart\))?$", text, re.M)
        assert rows
        blocks[title] = {
            name: default.replace("default ", "Default: ").replace("required", "Required")
            + f"; {values}{'; restart' if restart else ''}." for name, default, values, restart in rows}
    return blocks


def settings_of_the_page(title):
    """Setting ─▶ the last line of its item."""
    text = section(CONF, title)
    return {item.split()[0]: item.split(".El")[0].strip().splitlines()[-1]
            for item in re.split(r"^\.It Ic ", text, flags=re.M)[1:]}


@pytest.mark.parametrize("block", ["Top level", "mailbox NAME { ... }", "llm NAME { ... }",
                                   "brand NAME { ... }", "notify NAME { ... }", "trust NAME { ... }"])
def test_each_setting_is_documented_with_its_default_and_range(block):
    program = settings_of_the_program()[block]
    assert program
    assert settings_of_the_page(block) == program


# --- commands ------------------------------------------------------------------------------------

def plain(line):
    """`.It Cm check Op Fl -online` as it is printed: check [--online]."""
    words, closing, out = line.split(), [], ""
    for word in words:
        if word == "Op":
            out, closing = out + " [", closing + ["]"]
        elif word == "Oo":
            out += " ["
        elif word == "Oc":
            out += "]"
        elif word == "Ns":
            out += "\0"
        elif word == "Fl":
            out += " -"
        elif word not in ("Cm", "Ar", "No"):
            out += ("" if out.endswith((" -", "[", "\0")) else " ") + word
    out = (out + "".join(closing)).replace("[ -", "[-").replace("- ", "-").replace("\0", "")
    return re.sub(r"\s+", " ", out).replace("= ", "=").replace(" =", "=").strip()


def test_each_command_is_documented_with_its_arguments():
    usage = ctl()[1]
    program = {line.split("  ")[1].replace("…", " ...").replace("|", " | ")
               for line in usage.splitlines()[2:]}
    page = {plain(line) for line in re.findall(r"^\.It (Cm .*)$", section(CTL, "COMMANDS"), re.M)}
    assert len(program) >= 17
    assert page == program


def test_the_columns_of_each_csv_file_are_documented():
    source = (SOURCE / "milter/crm/columns.c").read_text(encoding="utf-8")
    text = section(CTL, "CSV FILES")
    rows = re.findall(r'\{ "(\w+\.csv)",(.*?)\} \}', source, re.S)
    assert len(rows) == 8
    for name, columns in rows:
        item = re.search(rf"^\.It Pa {name}\n(.*?)(?=^\.It|^\.El)", text, re.M | re.S).group(1)
        for column, needed in re.findall(r'\{ "(\w+)",\s*COLUMN_\w+,\s*(true|false)', columns):
            bold = any(column in line.split() for line in item.splitlines() if line.startswith(".Cm"))
            assert re.search(rf"\b{column}\b", item), f"{name}: {column}"
            assert bold == (needed == "true"), f"{name}: {column}"


# --- headers -------------------------------------------------------------------------------------

def test_each_header_is_documented_under_its_level():
    source = (SOURCE / "milter/plan/headers.c").read_text(encoding="utf-8")
    program = {"id": {"Status"}, "routing": set(), "full": set()}
    for name, level in re.findall(r'\{ ?"(\w+)", +MARK_(\w+),', source):
        program[level.lower()].add(name)
    page = dict(zip(program, re.split(r"headers No = Cm (?:routing|full)", section(DAEMON, "HEADERS"))))
    assert {level: set(re.findall(r"^\.It Li X-Triage-(\w+)", text, re.M))
            for level, text in page.items()} == program


def test_each_documented_header_is_the_programs_own(site):
    names = re.findall(r"^\.It Li X-Triage-(\w+)", DAEMON, re.M)
    rules = "".join(f'rule "{name}" {{ header = {name}, x }}\n' for name in names)
    said = findings_of_policy(site, rules)
    assert len(names) == 16
    for name in names:
        assert f"X-Triage-{name} is written by the program itself" in said


# --- policies ------------------------------------------------------------------------------------

def test_each_kind_of_entry_is_documented(site):
    program = listed(findings_of_policy(site, "xyzzy { }"), "a policy has")
    entries = section(CONF, "POLICIES").split(".Ss")[0]
    assert set(items(entries, "Ic")) == set(program)


def test_each_action_is_documented(site):
    program = listed(findings_of_policy(site, 'rule "a" { xyzzy = 1 }'), "there are")
    assert set(items(section(CONF, "Actions"), "Ic")) == set(program)


def facts_of_the_source():
    source = (SOURCE / "milter/policy/fact.c").read_text(encoding="utf-8")
    rows = re.findall(r'^ +(?:TEXT|LIST|YES_NO|NUMBER|ENUM|ORDERED)\("(\w+)", PHASE_(\w+),', source, re.M)
    assert len(rows) >= 40
    return rows


@pytest.mark.parametrize("phase", ["MAIL", "CUSTOMER", "SCORE", "VERDICT"])
def test_each_fact_is_documented_under_its_phase(phase):
    page = items(section(CONF, f"Facts of the {phase.lower()}"), "Cm")
    assert page == [name for name, of in facts_of_the_source() if of == phase]


def test_the_program_knows_each_documented_fact(site):
    names = re.findall(r"^\.It Cm (\w+)$", CONF[CONF.index(".Ss Facts of the mail"):], re.M)
    rules = "".join(f'rule "{name}" {{ when known({name}); queue = a }}\n' for name in names)
    assert len(names) >= 40
    assert re.match(r"support: support, review \(\w+\)\n", findings_of_policy(site, rules))


# --- fields and prompts --------------------------------------------------------------------------

def test_each_word_of_a_field_is_documented(site):
    (site / "fields.conf").write_text("field a xyzzyx\n", encoding="utf-8")
    known = set(listed(ctl("-c", "triage-milter.conf", "check", cwd=site)[1], "known are"))
    text = section(CONF, "FIELDS")
    page = set(items(text, "Cm")) | {"ordered"}
    assert page == known | {"makes", "retired"}
    assert "Cm ordered" in text


def test_each_setting_of_a_prompt_is_documented(site):
    (site / "prompts/support/1.prompt").write_text("xyzzyx = 1\n---system\n---user\n", encoding="utf-8")
    program = listed(ctl("-c", "triage-milter.conf", "check", cwd=site)[1], "there are")
    assert items(section(CONF, "PROMPTS"), "Ic") == program


# --- the pages and the sample --------------------------------------------------------------------

@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_formatted_without_a_warning(page):
    done = subprocess.run(["man", "--warnings", "-l", SOURCE / page], capture_output=True, timeout=60,
                          check=True, env=dict(UTF8, MANWIDTH="100"))
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) > 100


@pytest.mark.parametrize("page", PAGES)
def test_a_page_refers_to_the_others(page):
    text = section((SOURCE / page).read_text(encoding="utf-8"), "SEE ALSO")
    for other in PAGES:
        name, _, number = Path(other).name.rpartition(".")
        assert other == page or f".Xr {name} {number}" in text


def test_the_sample_configuration_is_good(tmp_path):
    adapted_sample(tmp_path)
    assert ctl("-c", "triage-milter.conf", "check", cwd=tmp_path) == (
        0, "triage-milter.conf: good, 2 mailboxes\n")


def test_the_sample_is_good_with_its_suggestions_taken(tmp_path):
    text = re.sub(r"(?m)^# (llm|brand|notify|submission_|    \w+ +=|\})", r"\1", adapted_sample(tmp_path))
    text = re.sub(r"(?m)^    # (engines|prompt|brand) ", r"    \1 ", text)
    (tmp_path / "triage-milter.conf").write_text(text, encoding="utf-8")
    for name in ("anthropic.key", "submission.key", "oncall.key"):
        (tmp_path / name).write_text("sk-ant-0123456789\n", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    dump = ctl("-c", "triage-milter.conf", "config", "dump", cwd=tmp_path)[1]
    assert "llm haiku {" in dump and "engines = haiku, local" in dump
    assert "notify oncall {" in dump and "address = sales-lead@example.com" in dump
    assert "submission_user = triage" in dump and 'signature = "Acme Support\\n' in dump


def test_a_dump_is_a_configuration_that_dumps_the_same(site):
    dump = ctl("-c", "triage-milter.conf", "config", "dump", cwd=site)[1]
    (site / "dump.conf").write_text(dump, encoding="utf-8")
    assert "mailbox sales {" in dump
    assert ctl("-c", "dump.conf", "config", "dump", cwd=site) == (0, dump)


def test_the_examples_of_the_page_are_good(site):
    blocks = re.findall(r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed", section(CONF, "EXAMPLES"), re.M | re.S)
    (site / "triage-milter.conf").write_text(blocks[0], encoding="utf-8")
    (site / "anthropic.key").write_text("sk-ant-0123456789\n", encoding="utf-8")
    (site / "anthropic.key").chmod(0o600)
    assert findings_of_policy(site, blocks[1]).startswith("support: support, review (")
