/* A mail's text parted into what its sender wrote now and all the rest. */
#pragma once

/* Parts whole text, which is valid UTF-8, into the sender's new words, what is quoted, the
 * signature, and what lawyers and gateways added; where nothing new would be left, all is new.  All
 * four are set, "" if empty; caller frees.  Linear in the text.  Any thread. */
void quote_split(const char *text, char **reply, char **quoted, char **signature,
                 char **disclaimer);
