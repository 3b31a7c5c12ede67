/* Addresses as values: compared in one form everywhere. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *address; /* as address_fold() leaves it; "" if there was none */
    char *name;    /* decoded display name, one line, "" if none */
} MailAddress;

/* RFC 5321 4.5.3.1: 64 + 1 + 255. */
#define ADDRESS_MAX    320
#define NAME_MAX_BYTES 256

MailAddress *address_new(const char *address, const char *name);
void address_free(MailAddress *address);

/* Angle brackets, surrounding space and source route gone, domain in lower case and ASCII form
 * (IDNA, UTS 46), local part in lower case (nobody's mail depends on its case, and identity must
 * not) and without quotes it doesn't need.  "" for what is no address; what is folded stays as it
 * is.  Caller frees. */
char *address_fold(const char *address);

/* The path of MAIL FROM or of a Return-Path field, folded.  "" for <>, the null sender (RFC 5321
 * 4.5.5), and for nothing else that is written there: a path that is no address (<www-data>,
 * x@a..b) stays as it is, one line without its brackets, "?" where that is empty.  Caller frees. */
char *address_reverse_path(const char *path);

/* address_fold() without the +tag of the local part. */
char *address_without_tag(const char *folded);

/* The domain of a folded address, "" if there is none; points into it. */
const char *address_domain(const char *folded);
