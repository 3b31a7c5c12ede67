/* PGP in the text itself. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    bool signed_text; /* words that somebody signed; they stay */
    bool encrypted;   /* a message was taken out */
} Armour;

/* The text without armour: what is encrypted, keys and signatures go, signed words stay.  Quoted
 * armour isn't looked at.  Caller frees. */
char *armour_strip(const char *text, Armour *found);
