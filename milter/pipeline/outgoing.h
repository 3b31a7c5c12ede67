/* Mail in the other direction: our own answers. */
#pragma once

#include "pipeline/pipeline.h"

/* By the envelope: the client authenticated itself or stands in one of our networks. */
bool outgoing_possible(const Site *site, const Envelope *envelope);

/* If the message is an answer of ours (outgoing_possible(), and its one From is a mailbox's
 * identity or an agent), records it in the thread it answers, and returns true: it is neither
 * judged nor marked. */
bool outgoing_record(Site *site, Services *services, const Submission *submission,
                     const Message *message);
