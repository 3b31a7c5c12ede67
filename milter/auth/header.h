/* A header section as signatures see it: fields found by name from the bottom up, and written into
 * a digest in one of the two canonical forms (RFC 6376 3.4.1, 3.4.2, 5.4.2). */
#pragma once

#include "auth/dkim.h"
#include "base/digest.h"

typedef struct Header Header;

/* `fields` must outlive it. */
Header *header_new(const DkimField *fields, gsize count);
void header_free(Header *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Header, header_free)

/* How many fields have that name (in lower case); *places has their indices from top to bottom. */
gsize header_fields_of(const Header *header, const char *name, const gsize **places);

/* Adds the fields that the names (in lower case) select, each ended by CRLF.  A name that stands n
 * times selects the n lowest fields of that name; one for which no field is left selects nothing.
 * `except` is left out wherever it stands: the signature's own field. */
void header_add_selected(const Header *header, char *const *names, gsize except, bool relaxed,
                         Digest *digest);

/* Adds one field, ended by CRLF. */
void header_add_field(const DkimField *field, bool relaxed, Digest *digest);
/* Adds a signature's own field: without value[cut_from..cut_to), without CRLF. */
void header_add_own(const DkimField *field, gsize cut_from, gsize cut_to, bool relaxed,
                    Digest *digest);
