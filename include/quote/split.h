/* A mail's text parted into what its sender wrote now and all the rest. */
#pragma once

/* Parts whole text into the sender's new words, what is quoted, the signature, and what lawyers and
 * gateways added.  All four are allocated, "" if empty. */
void quote_split(const char *text, char **reply, char **quoted, char **signature,
                 char **disclaimer);
