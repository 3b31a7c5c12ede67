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
    GPtrArray *results; /* AuthResult* */
    bool broken;        /* a comment or a quoted text has no end: somebody's value wasn't quoted */
} AuthField;

/* More are not read. */
#define AUTH_RESULTS_MAX 50
#define AUTH_PAIRS_MAX   20

/* NULL if it has no authserv-id, or a version that nobody knows.  A result that can't be read ends
 * the reading; those before it stand.  A property with a comment stuck to its value can't be read:
 * a domain written as "example.com(.evil.example" would pass for another. */
AuthField *auth_field_parse(const char *value);
void auth_field_free(AuthField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthField, auth_field_free)

/* The value of that name in a result, NULL if there is none. */
const char *auth_result_find(const AuthResult *result, const char *name);

/* The host that says it wrote a Received field ("by"), in lower case; "" if there is none. */
char *auth_received_by(const char *received);
