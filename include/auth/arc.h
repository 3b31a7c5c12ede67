/* The chain of ARC sets (RFC 8617) of one message, verified: what the last forwarder found before
 * it passed the message on, and whether it and all before it are who they say.  Pure, like
 * auth/dkim.h, whose fields, body and answers it takes. */
#pragma once

#include "auth/dkim.h"

/* RFC 8617 4.2.1. */
#define ARC_INSTANCES_MAX 50

typedef enum { ARC_NONE, ARC_PASS, ARC_FAIL, ARC_TEMPERROR } ArcOutcome;

typedef struct ArcCheck ArcCheck;

/* Reads the sets of a header section; fields and body as for dkim_check_new(). */
ArcCheck *arc_check_new(const DkimField *fields, gsize count, DkimBody *body);
void arc_check_free(ArcCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArcCheck, arc_check_free)

/* The domain that made the newest set, in lower case; NULL if the message has no set or the sets
 * can't be valid whatever DNS says.  Where it isn't trusted, nothing needs to be looked up. */
const char *arc_check_sealer(const ArcCheck *check);
/* What the newest ARC-Authentication-Results says after its instance: "mx.example.org; spf=pass …",
 * with folds as they were.  NULL when the sealer is. */
const char *arc_check_results(const ArcCheck *check);

/* The names whose TXT records are wanted, at most one for each set and one more; 0 where there is
 * no sealer.  Several may be equal. */
guint arc_check_query_count(const ArcCheck *check);
const char *arc_check_query(const ArcCheck *check, guint i);

typedef struct {
    ArcOutcome outcome;
    guint instance;    /* of the set the outcome was found at; 0: none */
    DkimReason reason; /* of its seal or message signature; MALFORMED where the sets are */
} ArcResult;

/* The verdict on the chain; answers[i] is that to query i.  After dkim_body_end(). */
ArcResult arc_check_verify(const ArcCheck *check, const DkimAnswer *answers, gint64 now);
