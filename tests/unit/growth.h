/* Content that grows, a row for each kind of it, and the functions whose cost is measured as it
 * does: all of READ and of what it stands on, the baseline, redaction, the checks of drafts. */
#pragma once

#include "base/json.h"
#include "base/text.h"
#include "html/text.h"
#include "mail/thread.h"
#include "policy/policy.h"
#include "prompt/redact.h"
#include "quote/split.h"
#include "reply/check.h"

#include <malloc.h>
#include <math.h>
#include <string.h>
#include <time.h>

/* `begin`, then `unit` again and again up to the size, then `end`.  N in a unit is the number of
 * the repetition, so that no two are alike. */
typedef enum {
    GROWS_TEXT = 1,   /* the text of a mail, plain or HTML */
    GROWS_HEADER = 2, /* the value of header fields */
    GROWS_MAIL = 4,   /* a whole mail */
} GrowthUse;

typedef struct {
    const char *name;
    GrowthUse use;
    const char *begin, *unit, *end;
} Growth;

#define TEXT   GROWS_TEXT
#define HEADER GROWS_HEADER
#define MAIL   GROWS_MAIL
#define FROM   "From: Ann <ann@example.org>\n"
#define MIXED  FROM "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"

#define N "\a"

static const Growth growths[] = {
    { "prose", TEXT, "", "Some words that make a line of it.\n", "" },
    { "no blanks", TEXT, "", "a", "" },
    { "one line", TEXT | HEADER, "", "word ", "" },
    { "empty lines", TEXT, "", "\n", "" },
    { "short lines", TEXT, "", "a\n", "" },
    { "blanks", TEXT | HEADER, "a", " ", "a" },
    { "tabs", TEXT | HEADER, "a", "\t", "a" },
    { "carriage returns", TEXT, "", "\r", "" },
    { ">", TEXT, "", ">", "" },
    { "> >", TEXT, "", "> ", "" },
    { "quoted lines", TEXT, "Yes.\n", "> Some words of another.\n", "" },
    { "quoted, answered", TEXT, "", "> Some words.\nAn answer.\n", "" },
    { "quoted, blank", TEXT, "", "> Some words.\n\n", "" },
    { "attributions", TEXT, "", "On 3 March 2025 Ann <ann@example.org> wrote:\n", "" },
    { "attributions, quoted", TEXT, "", "On 3 March 2025 Ann wrote:\n> Words.\nYes.\n", "" },
    { "attribution, one line", TEXT, "", "On 3 March 2025 Ann <a@example.org> wrote: ", ":" },
    { "wrote:", TEXT, "", "wrote:\n", "" },
    { "header blocks", TEXT, "", "From: Ann\nTo: Ben\nDate: 3 March 2025\n", "" },
    { "From:", TEXT, "", "From:\n", "" },
    { "From: one line", TEXT, "", "From: ", "" },
    { "signatures", TEXT, "", "-- \nAnn Lee\n", "" },
    { "closings", TEXT, "", "Best regards,\nAnn Lee\n\n", "" },
    { "devices", TEXT, "", "Sent from my iPhone\n", "" },
    { "disclaimers", TEXT, "",
      "This e-mail and any attachments are confidential and intended solely for the addressee.\n",
      "" },
    { "disclaimer, one line", TEXT, "", "This e-mail is confidential and intended solely for ",
      "" },
    { "rulers", TEXT, "", "--------\n", "" },
    { "ruler", TEXT, "", "-", "" },
    { "underscores", TEXT, "", "_", "" },
    { "original message", TEXT, "", "-----Original Message-----\n", "" },
    { "forms", TEXT, "", "Name: Ann\nE-mail: ann@example.org\n", "" },
    { "form, one name", TEXT, "", "E-mail: ann" N "@example.org\n", "" },
    { "colons", TEXT | HEADER, "", ":", "" },
    { "digits", TEXT | HEADER, "", "1", "" },
    { "numbers", TEXT, "", N "," N "." N " ", "" },
    { "digit groups", TEXT, "", "4111 1111 ", "" },
    { "digits and dashes", TEXT, "", "1-", "" },
    { "letters and digits", TEXT, "", "DE12", "" },
    { "ibans", TEXT, "", "DE89 3704 0044 0532 0130 00 ", "" },
    { "cards", TEXT, "", "4111111111111111 ", "" },
    { "phones", TEXT, "", "+49 30 1234" N " ", "" },
    { "plus", TEXT, "", "+", "" },
    { "plus digits", TEXT, "", "+1", "" },
    { "dots", TEXT | HEADER, "", ".", "" },
    { "dotted", TEXT | HEADER, "", "a.", "" },
    { "commas", TEXT | HEADER, "", ",", "" },
    { "semicolons", TEXT | HEADER, "", ";", "" },
    { "(", TEXT | HEADER, "", "(", "" },
    { ")", TEXT | HEADER, "", ")", "" },
    { "()", TEXT | HEADER, "", "()", "" },
    { "[", TEXT | HEADER, "", "[", "" },
    { "[](", TEXT, "", "[](", "" },
    { "[a](b)", TEXT, "", "[a](b) ", "" },
    { "{", TEXT, "", "{", "" },
    { "*", TEXT, "", "*", "" },
    { "*a ", TEXT, "", "*a ", "" },
    { "**a", TEXT, "", "**a", "" },
    { "`", TEXT, "", "`a", "" },
    { "~~", TEXT, "", "~~a ", "" },
    { "| a ", TEXT, "", "| a ", "" },
    { "# heading", TEXT, "", "## a\n", "" },
    { "backslashes", TEXT | HEADER, "", "\\", "" },
    { "\"", TEXT | HEADER, "", "\"", "" },
    { "'", TEXT, "", "'", "" },
    { "%", TEXT, "", "%", "" },
    { "@", TEXT | HEADER, "", "@", "" },
    { "a@", TEXT | HEADER, "", "a@", "" },
    { "@a.", TEXT | HEADER, "", "@a.", "" },
    { "long local part", TEXT | HEADER, "", "a", "@example.org" },
    { "long domain", TEXT | HEADER, "ann@", "a.", "org" },
    { "addresses", TEXT | HEADER, "", "ann" N "@example.org, ", "" },
    { "one address", TEXT | HEADER, "", "ann@example.org, ", "" },
    { "named addresses", TEXT | HEADER, "", "Ann Lee <ann" N "@example.org>, ", "" },
    { "groups", HEADER, "", "g" N ": ann@example.org; ", "" },
    { "nested groups", HEADER, "", "g:", "" },
    { "comments", HEADER, "", "(a)", " ann@example.org" },
    { "routes", HEADER, "<", "@a,", ":ann@example.org>" },
    { "<", TEXT | HEADER, "", "<", "" },
    { "<a", TEXT | HEADER, "", "<a", "" },
    { "< ", TEXT, "", "< ", "" },
    { "</", TEXT, "", "</", "" },
    { "<!", TEXT, "", "<!", "" },
    { "<!--", TEXT, "", "<!--", "" },
    { "<!-- -->", TEXT, "", "<!-- a -->", "" },
    { "<a <a", TEXT, "", "<a ", "" },
    { "<a href=\"", TEXT, "", "<a href=\"", "" },
    { "unclosed attributes", TEXT, "<p ", "a='b", "" },
    { "attributes", TEXT, "<p ", "a" N "=b ", ">text" },
    { "one attribute", TEXT, "<p style=\"", "color:red;", "\">text" },
    { "tags", TEXT, "", "<b>a</b>", "" },
    { "unclosed tags", TEXT, "", "<b>a", "" },
    { "unopened tags", TEXT, "", "a</b>", "" },
    { "unclosed <p>", TEXT, "", "<p>a", "" },
    { "nested <div>", TEXT, "", "<div>", "a" },
    { "nested <font>", TEXT, "", "<font color=red><i>a", "" },
    { "misnested", TEXT, "", "<b><p>a</b></i>", "" },
    { "tables", TEXT, "", "<table><tr><td>a</td></tr></table>", "" },
    { "nested tables", TEXT, "", "<table><tr><td>", "a" },
    { "cells", TEXT, "<table><tr>", "<td>a", "" },
    { "lists", TEXT, "", "<ul><li>a</ul>", "" },
    { "nested lists", TEXT, "", "<ul><li>a", "" },
    { "blockquotes", TEXT, "", "<blockquote>a</blockquote>", "" },
    { "nested blockquotes", TEXT, "", "<blockquote>a\n", "" },
    { "hidden", TEXT, "", "<p style=\"display:none\">a</p>", "" },
    { "nested hidden", TEXT, "", "<p style='color:#fff'><span style='font-size:0'>a", "" },
    { "<style>", TEXT, "", "<style>p { color: red }</style>", "" },
    { "rules", TEXT, "<style>", ".c" N " { color: red }\n", "</style><p class=c1>a" },
    { "rules and classes", TEXT, "<style>.a {color: red}</style>", "<p class=\"a b" N "\">a</p>",
      "" },
    { "selectors", TEXT, "<style>", ".c" N ", ", "p { color: red }</style><p>a" },
    { "declarations", TEXT, "<style>p {", "color: red;", "}</style><p>a" },
    { "style, {", TEXT, "<style>", "{", "</style><p>a" },
    { "style, (", TEXT, "<style>p { color: ", "(", "</style><p>a" },
    { "style, /*", TEXT, "<style>", "/*", "</style><p>a" },
    { "style, @media", TEXT, "<style>", "@media x {", "</style><p>a" },
    { "style, \"", TEXT, "<style>", "\"a", "</style><p>a" },
    { "style, \\", TEXT, "<style>", "\\a", "</style><p>a" },
    { "class names", TEXT, "<style>.a {color: red}</style><p class=\"", "c" N " ", "\">text" },
    { "pictures", TEXT, "", "<img src=cid:" N " alt=\"a\">", "" },
    { "html links", TEXT, "",
      "<a href=\"https://example.org/" N "\">https://example.com/" N "</a>\n", "" },
    { "open links", TEXT, "", "<a href=https://example.org/" N ">example.com ", "" },
    { "long href", TEXT, "<a href=\"https://", "a.", "org/\">example.com</a>" },
    { "<script>", TEXT, "", "<script>a", "" },
    { "<textarea>", TEXT, "", "<textarea>a", "" },
    { "<pre>", TEXT, "", "<pre>a  a\n", "" },
    { "<br>", TEXT, "", "<br>", "" },
    { "entities", TEXT, "", "&amp;", "" },
    { "unknown entities", TEXT, "", "&amq", "" },
    { "&", TEXT, "", "&", "" },
    { "&#", TEXT, "", "&#", "" },
    { "&#000", TEXT, "&#", "0", "65;" },
    { "links", TEXT, "", "See https://www.example.org/page" N "?a=b for more.\n", "" },
    { "https://", TEXT, "", "https://", "" },
    { "http", TEXT, "", "http", "" },
    { "www.", TEXT, "", "www.", "" },
    { "long link", TEXT, "https://example.org/", "a", "" },
    { "long path", TEXT, "https://example.org", "/a", "" },
    { "long query", TEXT, "https://example.org/?", "a=b&", "" },
    { "://", TEXT, "", "://", "" },
    { "//", TEXT, "", "/", "" },
    { "//host", TEXT, "", "//a.org", "" },
    { "xn--", TEXT | HEADER, "", "xn--", "" },
    { "a.org", TEXT, "", "a" N ".org ", "" },
    { "dates", TEXT, "", "3 March 2025, 2025-03-03, 3/4/25\n", "" },
    { "months", TEXT, "", "March ", "" },
    { "times", TEXT, "", "10:14 ", "" },
    { "weekdays", TEXT, "", "Monday, ", "" },
    { "number words", TEXT, "", "two thousand ", "" },
    { "twenty-", TEXT, "", "twenty-", "" },
    { "hundred", TEXT, "", "hundred ", "" },
    { "percentages", TEXT, "", N "% ", "" },
    { "amounts", TEXT, "", "EUR 1," N ".00 ", "" },
    { "currencies", TEXT, "", "EUR ", "" },
    { "names", TEXT, "", "Ann" N " Lee, ", "" },
    { "long name", TEXT | HEADER, "", "Ann ", "" },
    { "capitals", TEXT, "", "A", "" },
    { "capital words", TEXT, "", "Aa", "" },
    { "different words", TEXT, "", "word" N " ", "" },
    { "hyphens", TEXT | HEADER, "", "a-", "" },
    { "apostrophes", TEXT, "", "a'", "" },
    { "passwords", TEXT, "", "password: abc" N "\n", "" },
    { "password", TEXT, "", "password ", "" },
    { "password:", TEXT, "", "password:", "" },
    { "password is", TEXT, "", "password is ", "" },
    { "keys", TEXT, "", "sk-ant-abcdefghijklmnop" N, "" },
    { "private key", TEXT, "-----BEGIN PRIVATE KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0\n", "" },
    { "private keys", TEXT, "", "-----BEGIN PRIVATE KEY-----\n", "" },
    { "armour", TEXT, "", "-----BEGIN PGP MESSAGE-----\n", "" },
    { "signed", TEXT, "", "-----BEGIN PGP SIGNED MESSAGE-----\n\na\n", "" },
    { "-----BEGIN", TEXT, "", "-----BEGIN ", "" },
    { "jwt", TEXT, "", "eyJhbGciOi.", "" },
    { "base64", TEXT | HEADER, "", "QUJDRA", "=" },
    { "hex", TEXT, "", "0a", "" },
    { "placeholders", TEXT, "", "<card-" N "> ", "" },
    { "<card-", TEXT, "", "<card-", "" },
    { "uuencode", TEXT, "", "begin 644 a\n#;6%N>0``\n`\nend\n", "" },
    { "open uuencode", TEXT, "", "begin 644 a\n", "" },
    { "uuencoded file", TEXT, "begin 644 a\n",
      "M86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A\n", "`\nend\n" },
    { "ticket tokens", TEXT | HEADER, "", "[SUP-" N "] ", "" },
    { "[SUP-", TEXT | HEADER, "", "[SUP-", "" },
    { "accents", TEXT | HEADER, "", "\xC3\xA9", "" },
    { "combining marks", TEXT | HEADER, "e", "\xCC\x81", "" },
    { "letters with marks", TEXT | HEADER, "", "e\xCC\x81", "" },
    { "two marks", TEXT, "", "e\xCC\x81\xCC\xA7 ", "" },
    { "Han", TEXT | HEADER, "", "\xE4\xB8\xAD", "" },
    { "Hangul letters", TEXT, "", "\xE1\x84\x80\xE1\x85\xA1", "" },
    { "Arabic", TEXT | HEADER, "", "\xD8\xB9\xD8\xB1 ", "" },
    { "Cyrillic", TEXT | HEADER, "", "\xD0\xB4\xD0\xB0 ", "" },
    { "mixed scripts", TEXT, "", "\xD0\xB0p", "" },
    { "ligatures", TEXT, "", "\xEF\xB7\xBA", "" },
    { "marks of direction", TEXT | HEADER, "", "\xE2\x80\xAE", "" },
    { "zero width", TEXT | HEADER, "", "a\xE2\x80\x8B", "" },
    { "tag characters", TEXT, "", "\xF3\xA0\x81\xA1", "" },
    { "soft hyphens", TEXT | HEADER, "", "\xC2\xAD", "" },
    { "no-break spaces", TEXT | HEADER, "a", "\xC2\xA0", "a" },
    { "bad UTF-8", MAIL, FROM "\n", "\xC3(\xFF", "" },
    { "NULs in base64", MAIL, FROM "Content-Transfer-Encoding: base64\n\n", "AAAA\n", "" },
    { "utf-16", MAIL, FROM "Content-Type: text/plain; charset=utf-16le\n\n", "a", "" },
    { "utf-7", MAIL, FROM "Content-Type: text/plain; charset=utf-7\n\n", "+AGE-", "" },
    { "iso-2022-jp", MAIL, FROM "Content-Type: text/plain; charset=iso-2022-jp\n\n",
      "\x1B$B$\"\x1B(B\n", "" },
    { "unlabelled jis", MAIL, FROM "\n", "\x1B$B$\"\x1B(Ba", "" },
    { "escapes", MAIL, FROM "\n", "\x1B$B", "" },
    { "gb18030", MAIL, FROM "Content-Type: text/plain; charset=gb18030\n\n", "\xB0\xA1", "" },
    { "big5", MAIL, FROM "Content-Type: text/plain; charset=big5\n\n", "\xA4\xA4", "" },
    { "unlabelled latin", MAIL, FROM "\n", "f\xFCr ", "" },
    { "unknown charset", MAIL, FROM "Content-Type: text/plain; charset=none\n\n", "f\xFCr ", "" },
    { "quoted-printable", MAIL, FROM "Content-Transfer-Encoding: quoted-printable\n\n", "=C3=A9",
      "" },
    { "soft breaks", MAIL, FROM "Content-Transfer-Encoding: quoted-printable\n\n", "a=\n", "" },
    { "qp =", MAIL, FROM "Content-Transfer-Encoding: quoted-printable\n\n", "=", "" },
    { "flowed", MAIL, FROM "Content-Type: text/plain; format=flowed\n\n", "Some words \n", "" },
    { "flowed quotes", MAIL, FROM "Content-Type: text/plain; format=flowed\n\n", "> words \n", "" },
    { "flowed >>>", MAIL, FROM "Content-Type: text/plain; format=flowed; delsp=yes\n\n", ">", "" },
    { "base64 attachment", MAIL,
      FROM "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n",
      "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0ZURl\n", "" },
    { "base64 noise", MAIL, FROM "Content-Transfer-Encoding: base64\n\n", "=Q*J\n", "" },
    { "text attachment", MAIL,
      FROM "Content-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\n", "a,b\n",
      "" },
    { "tnef", MAIL,
      FROM "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
           "eJ8+IgAA\n",
      "AgKQBgAEAAAAAAEA\n", "" },
    { "parts", MAIL, MIXED, "--b\n\na\n", "--b--\n" },
    { "empty parts", MAIL, MIXED, "--b\n", "--b--\n" },
    { "attachments", MAIL, MIXED,
      "--b\nContent-Type: application/pdf; name=a" N ".pdf\n\n%PDF-1.4\n", "--b--\n" },
    { "text parts", MAIL, MIXED, "--b\nContent-Type: text/plain; name=a" N ".txt\n\na\n",
      "--b--\n" },
    { "calendars", MAIL, MIXED, "--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n",
      "--b--\n" },
    { "alternatives", MAIL, FROM "Content-Type: multipart/alternative; boundary=b\n\n",
      "--b\nContent-Type: text/html\n\n<p>a" N "\n--b\n\na" N "\n", "--b--\n" },
    { "two halves", MAIL,
      FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n"
           "<p>Only these\n--b\n\n",
      "Some other words " N "\n", "--b--\n" },
    { "related", MAIL, FROM "Content-Type: multipart/related; boundary=b; start=\"<x>\"\n\n",
      "--b\nContent-ID: <c" N ">\nContent-Type: image/png\n\na\n", "--b--\n" },
    { "nested multiparts", MAIL, FROM,
      "Content-Type: multipart/mixed; boundary=b" N "\n\n--b" N "\n",
      "Content-Type: text/plain\n\na\n" },
    { "one boundary nested", MAIL, MIXED, "--b\nContent-Type: multipart/mixed; boundary=b\n\n",
      "a\n--b--\n" },
    { "boundary prefixes", MAIL,
      FROM "Content-Type: multipart/mixed; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n\n",
      "--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", "" },
    { "lost boundaries", MAIL, FROM "Content-Type: multipart/mixed; boundary=lost\n\n",
      "--other\nContent-Type: text/plain\n\na\n", "--other--\n" },
    { "many boundaries", MAIL, FROM "Content-Type: multipart/mixed; boundary=lost\n\n",
      "--other" N "\nContent-Type: text/plain\n\na\n", "" },
    { "dashes", MAIL, MIXED, "--", "\n" },
    { "lines of dashes", MAIL, MIXED, "--\n", "\n" },
    { "attached mails", MAIL, MIXED, "--b\nContent-Type: message/rfc822\n\nFrom: a@b.org\n\na\n",
      "--b--\n" },
    { "nested mails", MAIL, FROM, "Content-Type: message/rfc822\n\n", "a\n" },
    { "report", MAIL,
      FROM "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\na\n"
           "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n",
      "Final-Recipient: rfc822; ann" N "@example.org\nAction: failed\nStatus: 5.1.1\n\n",
      "--b--\n" },
    { "bounce text", MAIL, "From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail\n\n",
      "<ann" N "@example.org>: 550 5.1.1 unknown user\n", "" },
    { "bounce, returned", MAIL, "From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail\n\n",
      "Message-ID: <" N "@example.org>\n", "" },
    { "headers", MAIL, FROM, "X-Some-Name-" N ": value\n", "\na\n" },
    { "one header", MAIL, FROM, "X-Some-Name: value\n", "\na\n" },
    { "X-Triage headers", MAIL, FROM, "X-Triage-Queue: a\n", "\na\n" },
    { "Received", MAIL, FROM,
      "Received: from a" N
      ".example.org ([192.0.2.1]) by b.example.org; Mon, 3 Mar 2025 10:14:00 +0100"
      "\n",
      "\na\n" },
    { "results", MAIL, FROM,
      "Authentication-Results: mx.example.com; dkim=pass header.d=example.org\n", "\na\n" },
    { "results, one header", MAIL, FROM "Authentication-Results: mx.example.com",
      ";\n dkim=pass header.d=e" N ".example.org", "\n\na\n" },
    { "results, properties", MAIL, FROM "Authentication-Results: mx.example.com; dkim=pass",
      "\n header.d=e" N ".example.org", "\n\na\n" },
    { "results, (", MAIL, FROM "Authentication-Results: mx.example.com; dkim=pass ", "(",
      "\n\na\n" },
    { "arc", MAIL, FROM,
      "ARC-Seal: i=" N "; a=rsa-sha256; cv=pass; d=example.org; s=a; b=AA\n"
      "ARC-Authentication-Results: i=" N "; mx.example.com; dmarc=pass header.from=example.org\n",
      "\na\n" },
    { "arc, one instance", MAIL, FROM,
      "ARC-Seal: i=1; a=rsa-sha256; cv=pass; d=example.org; s=a; b=AA\n"
      "ARC-Authentication-Results: i=1; mx.example.com; dmarc=pass header.from=example.org\n",
      "\na\n" },
    { "From fields", MAIL, "", "From: Ann <ann" N "@example.org>\n", "\na\n" },
    { "To fields", MAIL, FROM, "To: Ann <ann" N "@example.org>\n", "\na\n" },
    { "Reference fields", MAIL, FROM, "References: <" N "@example.org>\n", "\na\n" },
    { "List fields", MAIL, FROM, "List-Id: <" N ".example.org>\nPrecedence: bulk\n", "\na\n" },
    { "folded", MAIL, FROM "Subject: a", "\n b", "\n\na\n" },
    { "empty folds", MAIL, FROM "Subject: a", "\n ", "\n\na\n" },
    { "long header name", MAIL, FROM, "X", ": a\n\na\n" },
    { "lines that are no headers", MAIL, FROM, "no header\n", "\na\n" },
    { "message-ids", HEADER, "", "<" N "@example.org> ", "" },
    { "one message-id", HEADER, "", "<1@example.org> ", "" },
    { "long message-id", HEADER, "<", "a", "@example.org>" },
    { "encoded words", HEADER, "", "=?utf-8?q?a=C3=A9?= ", "" },
    { "encoded words, joined", HEADER, "", "=?utf-8?q?a=C3=A9?=", "" },
    { "encoded words of base64", HEADER, "", "=?utf-8?b?w6k=?= ", "" },
    { "encoded words, many charsets", HEADER, "", "=?x-" N "?q?a?= ", "" },
    { "=?", HEADER, "", "=?", "" },
    { "=?utf-8?q?", HEADER, "", "=?utf-8?q?", "" },
    { "one encoded word", HEADER, "=?utf-8?q?", "=C3=A9", "?=" },
    { "parameters", HEADER, "text/plain; ", "a" N "=b; ", "" },
    { "parameters, continued", HEADER, "text/plain; ", "name*" N "=b; ", "" },
    { "parameters, encoded", HEADER, "text/plain; ", "name*" N "*=utf-8''%C3%A9; ", "" },
    { "parameter", HEADER, "text/plain; name=\"", "a", "\"" },
    { "Re:", HEADER, "", "Re: ", "" },
    { "Re[2]:", HEADER, "", "Re[2]: ", "" },
    { "Fwd:", HEADER, "", "Fwd:", "" },
};

#undef N
#undef TEXT
#undef HEADER
#undef MAIL

/* The content of a row with so many bytes, or a few more.  Caller frees. */
static inline char *growth_content(const Growth *growth, gsize size)
{
    GString *text = g_string_sized_new(size + 256);
    g_string_append(text, growth->begin);
    for (guint number = 100000; text->len + strlen(growth->end) < size; number++) {
        g_auto(GStrv) pieces = g_strsplit(growth->unit, "\a", -1);
        for (char **piece = pieces; *piece != NULL; piece++) {
            g_string_append(text, *piece);
            if (piece[1] != NULL)
                g_string_append_printf(text, "%u", number);
        }
    }
    g_string_append(text, growth->end);
    return g_string_free(text, FALSE);
}

/* -- What is measured -------------------------------------------------------------------------- */

/* Beyond what any row grows to. */
#define GROWTH_UNBOUNDED (G_GINT64_CONSTANT(1) << 30)

static inline void growth_read(const char *mail, gsize length)
{
    static const MailLimits limits = { GROWTH_UNBOUNDED, GROWTH_UNBOUNDED, 30, GROWTH_UNBOUNDED,
                                       GROWTH_UNBOUNDED * 64 };
    static char server[] = "mx.example.com", host[] = "a1.example.org", domain[] = "example.com";
    static char *servers[] = { server, NULL }, *hops[] = { host, NULL },
                *domains[] = { domain, NULL };
    static const MailTrust trust = { .authserv_ids = servers,
                                     .trusted_hops = hops,
                                     .own_domains = domains,
                                     .arc_sealers = servers };
    g_autoptr(Message) message = message_read(mail, length, NULL, &limits, &trust);
    g_autoptr(cJSON) object = message_to_json(message);
    g_autoptr(GPtrArray) tokens = thread_tokens(message, "SUP");
    char *why;
    message_report(message, &why);
    g_free(why);
}

static inline void growth_html(const char *text, gsize length)
{
    HtmlReport report;
    g_free(html_text(text, length, GROWTH_UNBOUNDED, &report));
}

static inline void growth_quote(const char *text, gsize length)
{
    (void)length;
    char *reply, *quoted, *signature, *disclaimer;
    quote_split(text, NULL, &reply, &quoted, &signature, &disclaimer);
    g_free(reply);
    g_free(quoted);
    g_free(signature);
    g_free(disclaimer);
}

static inline void growth_base(const char *text, gsize length)
{
    g_free(text_fold(text));
    g_free(text_line(text, length));
    g_free(text_clean(text, -1, length / 2, NULL));
    text_has_word(text, "invoice");
}

/* The shipped policies, read once. */
static inline Policy *growth_policy(FactTable **table)
{
    static const char *const tiers[] = { "free", "standard", "premium", "enterprise", NULL },
                             *const mailboxes[] = { "support", NULL };
    static const char *const names[] = { "support", "sales", "lead-score", "review", NULL };
    static FactTable *facts;
    static Policy *policy;
    if (policy == NULL) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(ConfTree) tree = conf_read_file("conf/fields.conf", diags);
        FieldTable *fields = field_table_load(tree->items, diags);
        facts = fact_table_new(fields, tiers, mailboxes, diags);
        const PolicySchema schema = { .facts = facts, .fields = fields };
        const Place place = { .file = "growth", .line = 1, .column = 1 };
        policy = policy_load(&schema, "policies", names, place, diags);
        g_autofree char *faults = diags_to_text(diags);
        g_assert_cmpstr(faults, ==, "");
    }
    *table = facts;
    return policy;
}

static inline void growth_presume(const char *text, gsize length)
{
    static const char *const names[] = { "subject", "text", "whole_text", "to" };
    (void)length;
    FactTable *table;
    const Policy *policy = growth_policy(&table);
    g_autoptr(Facts) facts = facts_new(table);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert(facts_set_text(facts, names[i], text));
    presumption_free(policy_presume(policy, facts));
}

static inline void growth_redact(const char *text, gsize length)
{
    (void)length;
    g_autoptr(Redaction) redaction = redaction_new(redact_kind_names);
    g_autofree char *redacted = redaction_apply(redaction, text);
    g_free(redaction_restore(redaction, redacted));
}

static inline void growth_draft(const char *text, gsize length)
{
    (void)length;
    static const char *const sources[] = { "Order 4711 of 3 March 2025 for Ann Lee.", NULL };
    const DraftInput input = { .text = text,
                               .sources = sources,
                               .foreign = sources,
                               .link_domains = sources,
                               .addresses = sources,
                               .language = "en" };
    g_ptr_array_unref(draft_check(&input));
}

static inline void growth_source(const char *text, gsize length)
{
    (void)length;
    const char *const sources[] = { text, NULL };
    const DraftInput input = { .text = "Dear Ann, order 4711 was sent on 3 March 2025.\n",
                               .sources = sources,
                               .foreign = sources,
                               .language = "en" };
    g_ptr_array_unref(draft_check(&input));
}

/* A function, what stands around the content (which takes the place of each %s), and the rows that
 * it gets. */
typedef struct {
    const char *name;
    GrowthUse use;
    const char *around;
    void (*run)(const char *text, gsize length);
    gsize max;    /* bytes that it takes; 0: any number */
    guint weight; /* its cost per byte beside that of the others: sizes are divided by it */
} GrowthFunction;

static const GrowthFunction growth_functions[] = {
    { "READ plain", GROWS_TEXT, "From: Ann <ann@example.org>\nSubject: s\n\n%s", growth_read, 0,
      1 },
    { "READ HTML", GROWS_TEXT, "From: Ann <ann@example.org>\nContent-Type: text/html\n\n%s",
      growth_read, 0, 1 },
    { "READ addresses", GROWS_HEADER,
      "From: %s\nTo: %s\nCc: %s\nReply-To: %s\nSender: %s\nReturn-Path: %s\n\na\n", growth_read, 0,
      1 },
    { "READ words", GROWS_HEADER,
      "From: a@b.org\nSubject: %s\nMessage-ID: %s\nIn-Reply-To: %s\nReferences: %s\nDate: "
      "%s\n\na\n",
      growth_read, 0, 1 },
    { "READ tokens", GROWS_HEADER,
      "From: a@b.org\nContent-Type: %s\nContent-Disposition: %s\nContent-Transfer-Encoding: %s\n"
      "Authentication-Results: mx.example.com; %s\nReceived: %s\nList-Id: %s\n"
      "Auto-Submitted: %s\nX-Spam-Status: %s\n\na\n",
      growth_read, 0, 1 },
    { "READ mail", GROWS_MAIL, "%s", growth_read, 0, 1 },
    { "html_text", GROWS_TEXT, "%s", growth_html, 0, 1 },
    { "quote_split", GROWS_TEXT, "%s", growth_quote, 0, 1 },
    { "text", GROWS_TEXT | GROWS_HEADER, "%s", growth_base, 0, 1 },
    { "PRESUME", GROWS_TEXT, "%s", growth_presume, 0, 1 },
    { "redaction", GROWS_TEXT, "%s", growth_redact, 0, 2 },
    { "draft", GROWS_TEXT, "%s", growth_draft, DRAFT_TEXT_MAX, 2 },
    { "source", GROWS_TEXT, "%s", growth_source, 0, 2 },
};

static inline double growth_cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What the function gets of a row.  Caller frees. */
static inline char *growth_input(const GrowthFunction *function, const Growth *growth, gsize size)
{
    g_auto(GStrv) around = g_strsplit(function->around, "%s", -1);
    guint places = g_strv_length(around) - 1;
    g_autofree char *content = growth_content(growth, size / places);
    return g_strjoinv(content, around);
}

/* Memory that was freed stays with the process, so that the best of some runs measures functions
 * and not the kernel, which clears each page that it hands out. */
static inline void growth_init(void)
{
    message_init();
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
}

/* One row in one function. */
typedef struct {
    const GrowthFunction *function;
    const Growth *growth;
    double nanoseconds; /* of CPU time per byte, at the larger size */
    double exponent;    /* by which the cost grows: 1 is linear, 2 quadratic */
} GrowthResult;

static inline double growth_seconds(const GrowthFunction *function, const char *input)
{
    gsize length = strlen(input);
    double begun = growth_cpu_seconds();
    function->run(input, length);
    return growth_cpu_seconds() - begun;
}

/* Runs at the smaller size for one at the larger, and how often both are measured at most. */
#define GROWTH_SMALL_RUNS 3
#define GROWTH_ROUNDS     6
/* What costs less, in nanoseconds per byte, is as fast as memory is: there the exponent measures
 * caches. */
#define GROWTH_MEMORY_SPEED 2.0

/* Measures the least time at both sizes, in turn, until the exponent is below `limit` or all rounds
 * are over: other programs on the machine add time, now to the one and now to the other.  A
 * function with a bound is measured up to that. */
static inline GrowthResult growth_measure(const GrowthFunction *function, const Growth *growth,
                                          gsize small, gsize large, double limit)
{
    gsize wanted = large / function->weight;
    gsize to = function->max > 0 ? MIN(wanted, function->max) : wanted;
    gsize from = MIN(small / function->weight, to / 16);
    g_autofree char *little = growth_input(function, growth, from);
    g_autofree char *much = growth_input(function, growth, to);
    GrowthResult result = { function, growth, INFINITY, INFINITY };
    double least = INFINITY, most = INFINITY;
    for (int round = 0; round < GROWTH_ROUNDS && result.exponent >= limit; round++) {
        for (int run = 0; run < GROWTH_SMALL_RUNS; run++)
            least = MIN(least, growth_seconds(function, little));
        most = MIN(most, growth_seconds(function, much));
        result.nanoseconds = most / (double)to * 1e9;
        result.exponent = log(most / least) / log((double)to / (double)from);
        if (result.nanoseconds < GROWTH_MEMORY_SPEED)
            result.exponent = MIN(result.exponent, 1);
    }
    return result;
}
