/* What the mail's DKIM-Signature fields (RFC 6376 3.5) say, and whether a filter's dkim=pass agrees
 * with them.  The signatures themselves are not verified here. */
#pragma once

#include "mail/authres.h"
#include "mail/parts.h"

typedef struct {
    char *domain;    /* d=, as written; "" if there is none */
    char *selector;  /* s= */
    char *signature; /* b= without white space */
    bool whole;      /* v=1, and each tag that a signature needs is there exactly once */
    bool plain;      /* d=, s= and the decoded i= satisfy auth_is_plain() */
} SignatureTags;

/* Fields that are kept, in order of the mail; further ones agree with no result. */
#define SIGNATURE_TAGS_MAX 50

/* SignatureTags* */
GPtrArray *dkim_signatures_read(const HeaderView *view);

/* Does each dkim=pass of the field agree with the signatures?  It must name the domain of a whole
 * one (header.d; without that, header.i lies within it), header.i must lie within header.d,
 * header.b must begin its b=, header.s be its s=.  And no more results than there are such
 * signatures may speak of one, nor all results but "none" be more than all signatures. */
bool dkim_signatures_agree(const GPtrArray *signatures, const AuthField *field);
