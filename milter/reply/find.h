/* What in a text can be right or wrong by itself: links, addresses, numbers, amounts, dates, times.
 * The draft and the texts it is held against are read by the same eyes. */
#pragma once

#include "reply/check.h"

typedef struct {
    DraftMarkKind kind; /* DRAFT_MARK_NUMBER, _AMOUNT, _DATE, _TIME, _LINK or _ADDRESS */
    gsize start, length;
    char *value; /* what it is compared by, however it is written */
    char *unit; /* of an amount: "EUR", "%"; of a number that is digits and no more: ""; of one with
                   letters: "id"; of an address "mail" or "phone"; else NULL */
    bool posed; /* a link or address that is written so that programs don't see it */
} Found;

/* Found*, in no order, links and addresses not within another.  Linear.  Caller unrefs. */
GPtrArray *find_all(const char *text);
/* The same, and also the figures within links and addresses: all that a source can be said to
 * say. */
GPtrArray *find_everything(const char *text);

/* -- Within find*.c --------------------------------------------------------------------------- */

GPtrArray *find_new(void); /* of Found*, which it owns */
void find_add(GPtrArray *found, DraftMarkKind kind, gsize start, gsize length, char *value,
              const char *unit);
void find_links(const char *text, GPtrArray *found);
/* In [from, to) of the text. */
void find_figures(const char *text, gsize from, gsize to, GPtrArray *found);

/* The length of the date or time that begins there, 0 if none does; *value is then set. */
gsize find_date(const char *text, gsize at, char **value);
gsize find_time(const char *text, gsize start, char **value);

/* The number that begins at `at`, a digit: its length and what it comes to.  "1,234.50", "1 234,5"
 * and "1234.5" come to one; what could be two numbers comes to what is written. */
gsize find_number(const char *text, gsize at, char **value);

/* Digits of any script as ASCII; bytes read. */
gsize find_digits(const char *text, gsize at, GString *digits);
bool find_is_digit(const char *at);

/* The unit of an amount beside text[start..start + *length), which grows by it; NULL if there is
 * none.  Static. */
const char *find_unit(const char *text, gsize *start, gsize *length);
