/* Parting a text into new words, quotations, signature and disclaimer: its lines, and what each of
 * them is by its shape and by the words of many languages. */
#pragma once

#include "quote/split.h"

/* -- The words, a row for each language ----------------------------------------------------- */

/* How a phrase begins and ends. */
typedef struct {
    const char *begin, *end;
} QuoteFrame;

/* What mail programs write.  NULL behind the last one of each kind. */
typedef struct {
    const char *openers[6]; /* the first word of an attribution */
    const char *verbs[8];   /* each one word */
    const char *prose[10];  /* "I", "the": words of sentences, which no program writes there */
    const char *from[4], *date[8], *to[4], *copy[4], *subject[4];
    const char *forms[6];      /* "Phone:" stands in a form, not in a header */
    const char *originals[12]; /* between dashes, or with a colon */
    const char *above[16];     /* "reply above this line" */
    QuoteFrame devices[24];    /* how a line about the sending device begins and ends */
    bool spaceless;            /* words stand without spaces between */
} QuoteLanguage;

/* What people and their companies write at the end. */
typedef struct {
    const char *closers[24]; /* "Best regards" */
    const char *records[16]; /* begins a word of what a customer has or wants: "order", "call me" */
    const char *subjects[10]; /* what a disclaimer is about: "this email" */
    const char *claims[14];   /* what it says of it: "intended recipient" */
    const char *requests[12]; /* and besides: "delete" */
    const char *persons[4];   /* "I", "my": whole words that no disclaimer has */
    const char *banners[10];  /* what a gateway warns of above a mail from outside */
} QuoteClosing;

extern const QuoteLanguage quote_languages[];
extern const gsize quote_language_count; /* at most 32, a bit of guint32 for each */
extern const QuoteClosing quote_closings[];
extern const gsize quote_closing_count;

/* -- The rows, to be asked by word ---------------------------------------------------------- */

typedef enum {
    FIELD_FROM = 1,
    FIELD_DATE = 2,
    FIELD_TO = 4,
    FIELD_COPY = 8,
    FIELD_SUBJECT = 16,
    FIELD_FORM = 32 /* of a form on a web site, of no mail */
} QuoteField;

/* What a word or phrase is; bits of languages where it says so. */
typedef struct {
    guint32 openers, verbs, prose;
    guint8 field;   /* QuoteField, 0 if it names none */
    bool announces; /* the first word of a marker */
} QuoteRole;

typedef struct QuoteLexicon QuoteLexicon;

/* The one lexicon, made when it is first asked for.  Any thread. */
const QuoteLexicon *quote_lexicon(void);
/* Never NULL: an empty role for a word of no language. */
const QuoteRole *quote_lexicon_find(const QuoteLexicon *lexicon, const char *word, gsize length);

/* -- Lines ---------------------------------------------------------------------------------- */

typedef enum { LINE_BLANK, LINE_TEXT, LINE_QUOTED, LINE_ATTRIBUTION } LineKind;
typedef enum { PART_REPLY, PART_QUOTED, PART_SIGNATURE, PART_DISCLAIMER } LinePart;

/* What the words of a line say of it. */
typedef struct {
    guint32 openers, verbs, prose; /* the languages in which it begins with one, or has one */
    guint8 field;                  /* "From: …": QuoteField, 0 if it begins with none */
    bool dated;                    /* has a year or a time of day */
    bool addressed;                /* has an address */
    bool bracketed;                /* has a bracket, as programs write around addresses */
    bool announces;                /* its first word may be that of a marker */
    bool read;                     /* `verbs` and `prose` are known */
} QuoteSigns;

typedef struct {
    const char *at;     /* into the text */
    gsize length;       /* without the line's end */
    const char *folded; /* what words are compared with; "" for lines that are blank, quoted or
                           longer than any marker */
    QuoteSigns signs;
    LineKind kind;
    LinePart part;
    bool signature; /* HTML calls it one */
} QuoteLine;

typedef struct {
    QuoteLine *lines;
    gsize count, capacity;
    gsize end;           /* lines from here on repeat older mail without ">" before each */
    GStringChunk *words; /* holds what is folded */
    const QuoteLexicon *lexicon;
    char *sender;        /* the words of From's name, folded, each between blanks; "" if unknown */
    const char *address; /* of From; "" if unknown */
} QuoteText;

/* Lines with more bytes are never markers. */
#define QUOTE_MARKER_MAX 500

/* Lines end with CR, LF or both.  `bytes` and `mail`, which may be NULL, must outlive what is read.
 */
void quote_text_read(QuoteText *text, const char *bytes, const QuoteMail *mail);
void quote_text_clear(QuoteText *text);

/* Makes LINE_QUOTED of lines of a quotation that do not begin with ">": the rest of a line that a
 * relay broke, and lines after another mark ("|", "BR>"). */
void quote_mend_marks(QuoteText *text);

/* Appends lower case, blanks as one space, dashes and colons of any width as the narrow ones,
 * without marks of direction: much cheaper than text_fold(), and enough for such words. */
void quote_fold(GString *folded, const char *bytes, gsize length);

/* The length of the next word at or after *at, which is moved behind it; 0 at the end. */
gsize quote_next_word(const char **at);

/* For many phrases that mostly differ in their first byte. */
static inline bool quote_begins_with(const char *text, const char *phrase)
{
    while (*phrase && *text == *phrase) {
        text++;
        phrase++;
    }
    return !*phrase;
}

/* Of a folded text. */
int quote_count_words(const char *folded);

/* The first letter or digit. */
const char *quote_skip_ornaments(const char *text);

/* All but verbs and prose, which few lines are asked for: a look at every word. */
QuoteSigns quote_signs(const QuoteLexicon *lexicon, const char *folded);
void quote_read_verbs(const QuoteLexicon *lexicon, const char *folded, QuoteSigns *signs);

/* The names of fields within a folded line: bits of QuoteField. */
guint quote_fields_within(const QuoteLexicon *lexicon, const char *folded);

/* How many bytes at the line's start are the sender's words when an attribution follows them on the
 * same line; 0 if none does. */
gsize quote_attribution_within(const QuoteLexicon *lexicon, QuoteLine *line);

/* Nothing but at least `least` of these characters. */
bool quote_is_ruler(const QuoteLine *line, const char *characters, gsize least);

/* -- The sender ----------------------------------------------------------------------------- */

/* From's name for QuoteText::sender; caller frees. */
char *quote_sender_read(const QuoteMail *mail);
/* How many words of From's name the line holds, if it holds no other: 1 may be the first name. */
guint quote_sender_words(const QuoteText *text, const QuoteLine *line);
/* Does the line hold nothing but the whole name? */
bool quote_is_sender(const QuoteText *text, const QuoteLine *line);
/* Does it hold any longer word of the name? */
bool quote_names_sender(const QuoteText *text, const QuoteLine *line);
bool quote_has_address(const QuoteText *text, const QuoteLine *line);

/* Flags the lines that are a signature by the HTML of `mail`, which may be NULL. */
void quote_mark_signatures(QuoteText *text, const QuoteMail *mail);

/* -- What begins where ---------------------------------------------------------------------- */

/* "On Monday, 3 March 2025 at 10:14, Ann <ann@example.com> wrote:" whose last line is `at`: how
 * many lines it has, at most 4; 0 if there is none.  `before_quote`: a line with ">" follows. */
gsize quote_attribution_lines(const QuoteText *text, gsize at, bool before_quote);

/* Does what was sent before begin here: "-----Original Message-----", "Begin forwarded message:",
 * "reply above this line", or a block of From:, Sent:, To:, Subject:? */
bool quote_begins_original(const QuoteText *text, gsize at);

/* A signature has at most so many lines with text. */
#define QUOTE_SIGNATURE_LINES 15

/* The first line of the signature of [from, to); `to` if there is none. */
gsize quote_signature(const QuoteText *text, gsize from, gsize to);
/* The first of the lines about the sending device at its end. */
gsize quote_devices(const QuoteText *text, gsize from, gsize to);
/* "Best regards", a ruler, or the sender's name, with a business card below it up to `to`. */
gsize quote_card(const QuoteText *text, gsize from, gsize to);

/* The first line of the legal footers at the end of [from, to); `to` if there are none. */
gsize quote_disclaimer(const QuoteText *text, gsize from, gsize to);
/* The line behind a gateway's warning at the start of [from, to); `from` if there is none. */
gsize quote_banner(const QuoteText *text, gsize from, gsize to);
