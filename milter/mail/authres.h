/* One Authentication-Results field as values (RFC 8601 2.2). */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *name; /* lower case: "dkim", "header.d", "reason" */
    char *value;
} AuthPair;

typedef struct {
    GPtrArray *pairs; /* AuthPair*: method and result first, then what belongs to it; never empty */
} AuthResult;

typedef struct {
    char *server;       /* the authserv-id */
    bool quoted;        /* it is written in quotes or with a backslash */
    GPtrArray *results; /* AuthResult* */
    bool broken;        /* a part of it can't be read: a result without "method=value", text after a
                           result that is no property, comment or reason, a comment or quoted text
                           without end, or too many of something */
    char *const *methods; /* NULL; for whoever knows whose field it is: which methods count */
} AuthField;

/* More are not read. */
#define AUTH_RESULTS_MAX 50
#define AUTH_PAIRS_MAX   20

/* NULL if it has no authserv-id, or a version other than 1.  A result that can't be read ends the
 * reading and makes the field broken; those before it stand.  "none" alone is no result.  One
 * semicolon may stand at the end.  A header.* property with a comment directly after its value
 * can't be read: a domain written as "example.com(.evil.example" would pass for another. */
AuthField *auth_field_parse(const char *value);
void auth_field_free(AuthField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthField, auth_field_free)

/* The value of that name in a result, NULL if there is none. */
const char *auth_result_find(const AuthResult *result, const char *name);

/* Is it a result of that method ("dkim")? */
bool auth_result_is(const AuthResult *result, const char *method);
/* "pass", "fail", …, as it is written. */
const char *auth_result_value(const AuthResult *result);
bool auth_result_passed(const AuthResult *result);

/* Nothing in these bytes ends a value, a comment or a quoted text where a filter writes them into
 * its field: no ';', '(', ')', '"', blank, control character or 8-bit byte. */
bool auth_is_plain(const char *bytes, gsize length);

/* The host that says it wrote a Received field ("by"), in lower case; "" if there is none. */
char *auth_received_by(const char *received);
