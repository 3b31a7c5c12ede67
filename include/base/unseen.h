/* Characters that nobody sees: left out of every text, and reported where they carry a message. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One text while it is read; begins as all zero. */
typedef struct {
    gunichar shown;   /* the last character that stayed */
    gunichar dropped; /* the last one that went, 0 behind one that stayed */
    guint row;        /* tags and selectors directly behind each other */
    guint smuggled;   /* of all such rows */
    guint repeats;    /* within one word: dropped characters like the one before, */
    guint changes;    /* and unlike it */
    bool hidden;      /* what was dropped may well be a message */
    bool backwards;   /* some text is shown in another order than it is written */
} Unseen;

/* Is the next character to be left out?  Blanks and line ends are never. */
bool unseen_drops(Unseen *unseen, gunichar c);

/* For a terminal: text as valid UTF-8 in which each such character, and each control character but
 * newline and tab, is written as JSON writes it: \u202e, \udb40\udc41.  Caller frees. */
char *unseen_escape(const char *text);

/* Takes such characters out of valid UTF-8, in place. */
void unseen_strip(char *text, Unseen *unseen);
