/* Parting a text into new words, quotations and signature: its lines, and what each of them is by
 * its shape and by the words of many languages. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { LINE_BLANK, LINE_TEXT, LINE_QUOTED, LINE_ATTRIBUTION } LineKind;
typedef enum { PART_REPLY, PART_QUOTED, PART_SIGNATURE } LinePart;

typedef struct {
    const char *at;     /* into the text */
    gsize length;       /* without the line's end */
    const char *folded; /* what words are compared with: lower case, blanks as one space; "" for
                           lines that are blank, quoted or longer than any marker */
    LineKind kind;
    LinePart part;
} QuoteLine;

typedef struct {
    QuoteLine *lines;
    gsize count;
    gsize end;           /* lines from here on repeat older mail without ">" before each */
    GStringChunk *words; /* holds what is folded */
} QuoteText;

/* Lines with more bytes are never markers. */
#define QUOTE_MARKER_MAX 500

/* Lines end with CR, LF or both.  `text` must outlive what is read. */
void quote_text_read(QuoteText *text, const char *bytes);
void quote_text_clear(QuoteText *text);

/* Nothing but at least `least` of these characters. */
bool quote_is_ruler(const QuoteLine *line, const char *characters, gsize least);

/* "On Monday, 3 March 2025 at 10:14, Ann <ann@example.com> wrote:" whose last line is `at`: how
 * many lines it has, at most 4; 0 if there is none.  `before_quote`: a line with ">" follows. */
gsize quote_attribution_lines(const QuoteText *text, gsize at, bool before_quote);

/* Does what was sent before begin here: "-----Original Message-----", "Begin forwarded message:",
 * "reply above this line", or a block of From:, Sent:, To:, Subject:? */
bool quote_begins_original(const QuoteText *text, gsize at);

/* The first line of the signature of [from, to); `to` if there is none. */
gsize quote_signature(const QuoteText *text, gsize from, gsize to);

/* A row of the words that mail programs write, NULL behind the last one of each kind. */
typedef struct {
    const char *begin, *end;
} QuoteFrame;

typedef struct {
    const char *openers[4]; /* what an attribution begins with, with its space */
    const char *verbs[6];
    const char *from[3], *date[4], *to[3], *subject[3];
    const char *originals[6]; /* between dashes, or with a colon */
    const char *above[5];     /* "reply above this line" */
    QuoteFrame devices[9];    /* how a line about the sending device begins and ends */
} QuoteLanguage;

extern const QuoteLanguage quote_languages[];
extern const gsize quote_language_count;
