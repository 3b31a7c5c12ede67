/* The Authentication-Results fields of a mail that bear a trusted server's name. */
#pragma once

#include "mail/authres.h"
#include "mail/parts.h"

typedef struct {
    GPtrArray *fields; /* AuthField*: above the first foreign Received, top first */
    GPtrArray *others; /* AuthField*: elsewhere, in another spelling, or beyond the maximum */
} TrustedFields;

#define AUTHRES_FIELDS_MAX 20

/* Fills *found; the caller unrefs both arrays. */
void authres_fields_find(TrustedFields *found, const HeaderView *view, const MailTrust *trust);

/* The one of `fields` that decides about the method, NULL if none does: the topmost of those whose
 * server has no methods named, if it has this one, or of those that are trusted for this method the
 * topmost that has it. */
const AuthField *authres_field_deciding(const GPtrArray *fields, const char *method);

/* The topmost of `fields` that has a result of the method, whether it decides or not. */
const AuthField *authres_field_topmost(const GPtrArray *fields, const char *method);

/* The domain in the first of these properties that the result has, in the form of folded addresses;
 * "" if there is none.  `properties` ends with NULL; caller frees. */
char *authres_domain(const AuthResult *result, const char *const *properties);

/* It can't be read to its end, or contradicts itself: two results of DMARC or ARC, or a header.*
 * property twice in one result. */
bool authres_field_proves_nothing(const AuthField *field);
