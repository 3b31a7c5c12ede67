"""One mail is one mail, however often and in whatever form it comes: by a group, through a filter,
encoded anew, with a footer."""

import base64
import re

import pytest

from mails import PROVEN, mail
from replies import hear
from rig.drafts import Drafts
from rig.mta import Mta
from rig.site import SOURCE

TOM, MIA = "tom@birchandsons.example", "mia@birchandsons.example"
FOOTER = ("\r\n_______________________________________________\r\nsupport-group mailing list\r\n"
          "https://lists.example.com/support-group\r\n")
BODY = "The export button is broken."


def marks_of(heard):
    return {name[len("X-Triage-"):]: value for name, value in heard.items()}


def recorded(site, ticket="SUP-1001"):
    return site.ctl_json("ticket", "show", ticket)


def directions(site, ticket="SUP-1001"):
    return [message["direction"] for message in recorded(site, ticket)["messages"]]


def hear_raw(site, headers, body="It is.\r\n", sender=f"<{TOM}>", recipients=("<support@example.com>",)):
    with Mta(site.socket) as mta:
        return mta.whole(headers=headers, body=body, sender=sender, recipients=recipients)


# ── the same mail in another form ──

FORMS = {
    "another queue id": {"X_Filter_Queue_Id": "4bXyZ2"},
    "one more hop": {"Received": "from a.example by b.example; Mon, 23 Nov 2026 09:00:01 +0000"},
    "a signature": {"DKIM_Signature": "v=1; a=rsa-sha256; d=group.example; s=s; b=xx"},
    "base64": {"body": base64.b64encode(BODY.encode()).decode(), "Content_Transfer_Encoding": "base64"},
    "quoted-printable": {"body": "The export=20button =\r\nis broken.",
                         "Content_Transfer_Encoding": "quoted-printable"},
    "a tag": {"subject": "[EXTERNAL] Broken export"},
    "spam in stars": {"subject": "***SPAM*** Broken export"},
    "our own tag": {"subject": "Re: Broken export [SUP-1001]"},
    "trailing blanks": {"body": "The export button is broken.   \r\n\r\n"},
}


def test_the_same_mail_in_another_form_is_the_same_mail(start_site):
    site = start_site()
    first = marks_of(hear(site, message_id="one@x.example", body=BODY))
    for form, options in FORMS.items():
        again = marks_of(hear(site, message_id="one@x.example", **{"body": BODY, **options}))
        assert (form, again["Id"], again["Ticket"]) == (form, first["Id"], first["Ticket"])
    assert directions(site) == ["in"]
    assert site.log().count("status=duplicate") == len(FORMS)


def test_a_message_id_that_is_used_again_is_another_mail(start_site):
    site = start_site()
    for body in ("The first report.", "The second report."):
        hear(site, message_id="always@x.example", body=body)
    assert len(site.tickets()) == 2


def test_two_alarms_of_the_same_words_stay_two(start_site):
    site = start_site()
    for second in ("00", "30"):
        raw = mail(subject="disk full").replace(b"09:00:00", f"09:00:{second}".encode())
        headers = [tuple(line.split(": ", 1)) for line in raw.decode().split("\r\n\r\n")[0].split("\r\n")
                   if not line.startswith("Message-ID")]
        hear_raw(site, headers)
    assert len(site.tickets()) == 2


def test_the_same_mail_in_another_mailbox_is_linked_whatever_form_it_has(start_site):
    site = start_site()
    hear(site, message_id="one@x.example", body=BODY)
    hear(site, message_id="one@x.example", body=BODY, X_Filter_Queue_Id="4bXyZ2",
         recipients=("<sales@example.com>",))
    assert recorded(site, "SAL-1001")["linked"] == "SUP-1001"


# ── a footer more ──

def test_a_copy_with_a_footer_is_a_message_of_the_same_ticket_and_asks_no_model(home, start_model, start_site):
    model = start_model()
    site = start_site(llm=model.conf(home, api="anthropic"), support="engines = model\n    prompt = support")
    first = marks_of(hear(site, message_id="one@x.example", body=BODY))
    for _ in range(2):
        copy = marks_of(hear(site, message_id="one@x.example", body=BODY + FOOTER,
                             subject="[support-group] Broken export"))
        assert {**copy, "Status": ""} == {**first, "Status": ""}
    messages = recorded(site)["messages"]
    assert [(message["direction"], message["copy"]) for message in messages] == [("in", False), ("in", True)]
    assert len(model.journal()) == 1
    assert len(site.tickets()) == 1
    assert (site.log().count("status=copy"), site.log().count("status=duplicate")) == (1, 1)


def test_what_is_no_known_footer_is_kept_with_the_copy(start_site):
    site = start_site()
    for end in ("", "\r\n\r\nGroup 7 of 40, written to all"):
        hear(site, message_id="one@x.example", body=BODY + end)
    assert [message["text"].endswith("to all") for message in recorded(site)["messages"]] == [False, True]


def test_the_copy_with_the_footer_may_come_first(start_site):
    site = start_site()
    hear(site, message_id="one@x.example", body=BODY + FOOTER)
    hear(site, message_id="one@x.example", body=BODY)
    assert [message["copy"] for message in recorded(site)["messages"]] == [False, True]


def test_a_copy_overtakes_no_draft(start_site):
    site = start_site()
    hear(site, message_id="one@x.example", body=BODY)
    drafts = Drafts(site)
    draft = drafts.waiting()
    hear(site, message_id="one@x.example", body=BODY + FOOTER)
    assert drafts.state(draft) == "waiting"
    assert directions(site) == ["in", "in"]


# ── proven only the second time ──

@pytest.mark.parametrize("footer", ["", FOOTER], ids=["the same bytes", "a footer less"])
def test_a_proven_copy_after_an_unproven_one_is_judged_again_in_the_same_ticket(start_site, footer):
    site = start_site()
    first = marks_of(hear(site, message_id="one@x.example", body=BODY + footer))
    assert "proven=no" in first["Customer"]
    again = marks_of(hear(site, message_id="one@x.example", body=BODY, Authentication_Results=PROVEN))
    assert "proven=yes" in again["Customer"]
    assert (again["Ticket"], len(site.tickets())) == (first["Ticket"], 1)
    assert again["Id"] != first["Id"]
    ticket = recorded(site)
    assert [bool(decision["proven"]) for decision in ticket["decisions"]] == [False, True]
    assert len(ticket["messages"]) == 1
    assert "mailing list" not in ticket["messages"][0]["text"]
    third = marks_of(hear(site, message_id="one@x.example", body=BODY + footer))
    assert third["Id"] == again["Id"]
    assert len(recorded(site)["messages"]) == 1


def test_an_unproven_copy_after_a_proven_one_changes_nothing(start_site):
    site = start_site()
    first = marks_of(hear(site, message_id="one@x.example", Authentication_Results=PROVEN))
    again = marks_of(hear(site, message_id="one@x.example"))
    assert again["Id"] == first["Id"]
    assert "proven=no" in again["Customer"]


def test_a_draft_for_the_unproven_mail_is_withdrawn(start_site):
    site = start_site()
    hear(site, message_id="one@x.example", body=BODY)
    drafts = Drafts(site)
    draft = drafts.waiting()
    hear(site, message_id="one@x.example", body=BODY, Authentication_Results=PROVEN)
    assert drafts.state(draft) == "withdrawn"
    assert "proven" in drafts.why(draft)


def test_an_id_of_ours_swallows_no_other_mail(start_site):
    site = start_site()
    without = [(name, value) for name, value in (("From", TOM), ("To", "support@example.com"),
                                                 ("Subject", "Broken export"))]
    first = marks_of(hear_raw(site, without))
    claimed = [("X-Triage-Id", first["Id"]), ("Message-ID", "<new@x.example>"), *without]
    same = marks_of(hear_raw(site, claimed))
    other = marks_of(hear_raw(site, claimed, body="Something else.\r\n"))
    assert same["Id"] == first["Id"]
    assert (other["Ticket"], len(site.tickets())) == ("SUP-1002", 2)


# ── who sent it ──

def test_an_unknown_envelope_sender_is_not_the_null_sender(start_site):
    site = start_site()
    for path in ("<www-data>", "<root>", "<x@a..b>"):
        marks = marks_of(hear(site, envelope_sender=path))
        assert (path, "Ticket" in marks, "skipped" in marks["Status"]) == (path, True, False)
    assert "skipped" in marks_of(hear(site, envelope_sender="<>"))["Status"]


def merge(site, home, rename):
    """Imports the CRM again, with one customer under another id."""
    folder = home / "merged"
    folder.mkdir()
    for file in (SOURCE / "contrib/demo/crm").iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(rename(file.name, text), encoding="utf-8")
    site.import_crm(folder).check_returncode()


def test_a_colleague_follows_up_after_the_customer_was_merged(home, start_site):
    site = start_site()
    hear(site, message_id="one@x.example", Authentication_Results=PROVEN)
    merge(site, home, lambda _, text: re.sub(r"\bbirchandsons\b(?!\.example)", "birch-group", text))
    marks = marks_of(hear(site, sender=MIA, envelope_sender=f"<{MIA}>", In_Reply_To="<one@x.example>",
                          subject="Re: Broken export", Authentication_Results=PROVEN))
    assert marks["Customer"].startswith("birch-group; ")
    assert marks["Ticket"] == "SUP-1001"


def test_a_contact_who_moved_to_another_customer_takes_no_tickets_along(home, start_site):
    """Tom's address belongs to Northwind now, and Birch & Sons still stand in the CRM."""
    site = start_site()
    hear(site, message_id="one@x.example", Authentication_Results=PROVEN)
    merge(site, home, lambda name, text: text.replace(f"{TOM},birchandsons", f"{TOM},northwind")
          if name == "contacts.csv" else text)
    grace = "grace.lindqvist@northwind.example"
    marks = marks_of(hear(site, sender=grace, envelope_sender=f"<{grace}>", In_Reply_To="<one@x.example>",
                          Authentication_Results="mx.example.com; dmarc=pass header.from=northwind.example"))
    assert marks["Ticket"] == "SUP-1002"
