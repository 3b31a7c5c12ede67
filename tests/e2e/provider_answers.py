"""A model that reads mail by keyword: always the same answer to the same question.

The answer is made from the request's own schema, so it fits whatever fields a site declares.  Words
of the mail choose among the values; evidence and issues are literal lines of the mail.
"""

import re

HEADER = re.compile(r"(From|To|Cc|Subject|Date|Attachments?|Mailbox): ", re.IGNORECASE)
MARKER = re.compile(r"\b[0-9a-f]{8,}\b")

# field: rows (value, words); the first row with a word of the mail wins, the last is the default.
READINGS = {
    "kind": [
        ("sales", "pricing price demo quote quotation trial licence licences license licenses "
                  "seats purchase buy buying evaluate evaluating vendor angebot preis preise"),
        ("other", "unsubscribe newsletter lottery winner seo backlinks"),
        ("support", "")],
    "category": [
        ("technical", "outage down offline unreachable timeout timeouts login password vpn "
                      "certificate server störung ausfall"),
        ("billing", "invoice invoices billing refund charged charge payment paid rechnung"),
        ("bug", "bug crash crashes crashed exception traceback error fehler wrong broken"),
        ("feature_request", "feature wish suggestion roadmap wünschen"),
        ("general", "")],
    "priority": [
        ("critical", "outage down breach breached production ausfall unreachable"),
        ("high", "urgent urgently asap immediately blocked deadline refund dringend crash crashes"),
        ("low", "feature wish suggestion whenever curious thanks"),
        ("medium", "")],
    "customer_sentiment": [
        ("frustrated", "unacceptable again frustrated frustrating angry third ridiculous"),
        ("negative", "problem problems broken down wrong refund error outage fehler"),
        ("positive", "thanks thank great love excellent danke"),
        ("neutral", "")],
    "urgency_level": [
        ("immediate", "urgent immediately today asap now week"),
        ("short_term", "soon month quarter demo quote trial pricing"),
        ("long_term", "year next evaluate evaluating"),
        ("exploratory", "")],
    "recommended_action": [
        ("senior_sales", "enterprise budget company employees contract rfp"),
        ("technical_presales", "api integration security technical architecture"),
        ("mid_sales", "pricing price demo quote trial seats buy purchase"),
        ("nurture", "")],
    "certainty": [("low", "maybe perhaps unsure"), ("high", "")],
    "language": [("de", "und nicht bitte wir ich rechnung grüße"), ("en", "")],
}


def fenced_mail(user):
    """The text between the marker lines; the longest block whose first marker says mail."""
    lines = user.splitlines()
    tokens = [set(MARKER.findall(line)) for line in lines]
    fences = {token for found in tokens for token in found
              if sum(token in other for other in tokens) >= 2}
    marks = [i for i, found in enumerate(tokens) if found & fences]
    blocks = [(lines[a], "\n".join(lines[a + 1:b])) for a, b in zip(marks, marks[1:])]
    blocks = [block for block in blocks if block[1].strip()]
    named = [text for mark, text in blocks if "mail" in mark.lower()]
    mail = max(named, key=len) if named else blocks[-1][1] if blocks else user
    return mail.partition("\n--- quoted")[0]


def words_of(text):
    return set(re.findall(r"[\w-]+", text.lower()))


def body_lines(mail):
    """Lines a person wrote, headers and quotes left out; never empty."""
    lines = [line.strip() for line in mail.splitlines()]
    told = [line for line in lines if len(line) >= 10 and not line.startswith((">", "<", "---"))
            and not HEADER.match(line)]
    return told or [line for line in lines if line] or ["(empty)"]


def telling_lines(mail, words):
    lines = body_lines(mail)
    return [line for line in lines if words_of(line) & words] or lines


def reading(field, mail):
    rows = READINGS.get(field, [])
    seen = words_of(mail)
    return next((value for value, words in rows if not words or seen & set(words.split())), None)


def telling_words():
    rows = READINGS["kind"] + READINGS["category"] + READINGS["priority"]
    return set(" ".join(words for _, words in rows).split())


def limit_in(description, default):
    """The last number of "a text of at most 200 characters", "10 to 200 characters", …"""
    numbers = [int(n) for n in re.findall(r"\d+", description or "")]
    return min(numbers[-1], default) if numbers else default


def reply_for(mail):
    """What a model might draft: it takes up the mail's own words, and makes up two facts."""
    name = re.search(r"^From: (\S+)", mail, re.M)
    line = telling_lines(mail, telling_words())[0].rstrip(".!? ")
    return (f"Hello {name[1].strip('<>') if name else 'there'},\n\n"
            f"thank you for your message. You write: \"{line[:200]}\". I am sorry for the trouble "
            "this causes you, and I have passed it on to the people who look after this part of the "
            "product, together with everything you have told us so far.\n\n"
            "1. We look at it now and compare it with what our own records say about the last days. "
            "It runs under number 70123 with us.\n"
            "2. Please tell us if anything changes in the meantime, or if more of your colleagues see "
            "the same, so that we can tell how far it goes.\n"
            "3. We come back to you with what we have found, at the latest on 24 December, and before "
            "that as soon as there is something that helps you to go on with your work.\n\n"
            "If it is easier for you, just answer to this mail with a screenshot or a copy of the "
            "words on your screen; both help us to find the place where it goes wrong.\n\n"
            "Kind regards\n")


def text_for(field, schema, mail):
    if field == "reply":
        return reply_for(mail)
    known = reading(field, mail)
    if known:
        return known
    line = telling_lines(mail, telling_words())[0]
    text = {"summary": line, "reasoning": f"The sender writes: {line}"}.get(field, line)
    return text[:limit_in(schema.get("description"), 200)].strip()


def choice_for(field, values, mail):
    known = reading(field, mail)
    if known in values:
        return known
    if field == "suggested_assignee":
        strings = sorted(value for value in values if isinstance(value, str))
        return "none" if "none" in values else strings[0]
    return values[0]


def number_for(field, schema, mail):
    hours = {"critical": 4, "high": 8, "medium": 24, "low": 72}
    scores = {"immediate": 0.92, "short_term": 0.8, "long_term": 0.45, "exploratory": 0.2}
    known = {"estimated_resolution_time": hours[reading("priority", mail)],
             "intent_score": scores[reading("urgency_level", mail)]}
    if field in known:
        return known[field]
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", schema.get("description", ""))]
    low = min(numbers) if numbers else 0
    return int(low) if schema["type"] == "integer" else low


def list_for(field, schema, mail):
    if "enum" in schema["items"]:
        return [choice_for(field, schema["items"]["enum"], mail)]
    lines = telling_lines(mail, telling_words())
    if field == "evidence":
        return [lines[0][:200].strip()] if len(lines[0]) >= 3 else []
    longest = limit_in(schema.get("description"), 100)
    told = [line if len(line) >= 10 else f"The mail says: {line}" for line in lines[:2]]
    return [line[:longest].strip() for line in told]


def value_for(field, schema, mail):
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if "enum" in schema:
        return choice_for(field, schema["enum"], mail)
    if kind == "boolean":
        return reading("category", mail) in ("technical", "bug")
    if kind in ("integer", "number"):
        return number_for(field, schema, mail)
    if kind == "array":
        return list_for(field, schema, mail)
    if kind == "object":
        return {name: value_for(name, inner, mail) for name, inner in schema["properties"].items()}
    return text_for(field, schema, mail)


def answer_for(schema, user):
    """A dict that fits the schema."""
    return value_for("", schema, fenced_mail(user))
