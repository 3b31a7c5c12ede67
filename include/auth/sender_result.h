/* What we found out ourselves about who sent a mail; a value for those who know nothing of DKIM. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Texts are the result's, words are static. */
typedef struct {
    char *from;         /* the domain that it is about */
    bool proven;        /* DMARC passed, or without a record an aligned DKIM signature */
    bool conclusive;    /* no DNS failure stood in the way */
    const char *reason; /* "dmarc", "dkim"; or why not: "dmarc-fail", "not-aligned",
                           "no-pass", "temperror" */
    char *why;          /* in words */
    const char *dmarc, *dkim, *spf; /* RFC 8601 results: the best of several signatures; "none" */
    char *sealer, *sealed; /* a believed sealer whose ARC chain is valid, and the text of its
                              ARC-Authentication-Results after the instance; NULL: none */
    GPtrArray *lines;      /* char*: a result each as RFC 8601 writes it, every value quoted:
                              dkim=pass header.d="example.com" header.s="s1" … */
} SenderResult;

void sender_result_free(SenderResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SenderResult, sender_result_free)

/* An Authentication-Results value (RFC 8601 2.2) in our name, lines folded with LF and a blank.
 * Caller frees. */
char *sender_result_field(const SenderResult *result, const char *name);
