/* HTML to text that a person or a model can read. */
#pragma once

#include "base/unseen.h"

/* Elements inside each other that are followed; browsers' own limit is not much higher. */
#define HTML_DEPTH_MAX 400

/* Signatures of one text that are told; the rest stays text. */
#define HTML_SIGNATURES_MAX 4

/* Bytes [from, to) of the text. */
typedef struct {
    gsize from, to;
} HtmlSpan;

typedef struct {
    bool hidden;   /* some text would not have been seen by a reader and was left out, */
    bool cut;      /* as was some that would */
    bool poses;    /* a link shows one address and leads to another */
    bool overdone; /* its style sheets have more rules than are followed */
    Unseen unseen; /* what was dropped of the text that stayed */
    HtmlSpan signatures[HTML_SIGNATURES_MAX]; /* what the mail program marked as the signature */
    guint signature_count;
} HtmlReport;

/* html[0..length) is valid UTF-8, whatever charset it claims.  At most max bytes come out.  Caller
 * frees. */
char *html_text(const char *html, gsize length, gsize max, HtmlReport *report);
