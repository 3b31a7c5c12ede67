/* Parts that programs write for programs: delivery reports, returned mails, invitations. */
#pragma once

#include "mail/gmime.h"
#include "mail/parts.h"

/* Sets deliveries and returned_id, whatever the mail will be judged to be, and in the view
 * calendar_method and delivery_status.  The text is already read. */
void report_read(GMimeObject *root, HeaderView *view, Message *message);

/* Once it is known what the mail is: what a bounce returns is looked for in its text too, and what
 * is no report loses what only a report can say. */
void report_settle(Message *message);
