/* Servers as addresses name them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Is it this machine: localhost, 127.0.0.0/8, ::1?  Names are not looked up. */
bool host_is_loopback(const char *host);
/* The same of the host in an absolute URI; false for what is none. */
bool host_of_uri_is_loopback(const char *uri);
