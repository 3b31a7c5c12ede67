/* How a row of automatic.c compares a value with its words. */
#pragma once

#include <stdbool.h>

bool fit_empty(const char *value, const char *words);
bool fit_there(const char *value, const char *words);
bool fit_always(const char *value, const char *words);

/* The first word, behind comments (RFC 3834 5), is one of them, or is none of them. */
bool fit_word(const char *value, const char *words);
bool fit_not_word(const char *value, const char *words);

/* One of the values of a list is. */
bool fit_listed(const char *value, const char *words);
bool fit_begins(const char *value, const char *words);

/* Of addresses: one that nobody reads; by the local part, '-', '_' and '.' taken out; and the roles
 * that a list's or a server's programs have (RFC 3834 2, RFC 2142). */
bool fit_no_reply(const char *value, const char *words);
bool fit_local(const char *value, const char *words);
bool fit_role(const char *value, const char *words);

/* Of a From field: a server that writes no domain ("MAILER-DAEMON (Mail Delivery System)"). */
bool fit_server(const char *value, const char *words);
