/* Contact forms: the visitor's name and address in the text that the site's program mails. */
#pragma once

#include "mail/address.h"

typedef struct {
    MailAddress *visitor; /* NULL if no address is told */
    guint fields;         /* labelled lines, the address among them */
    bool says_so;         /* "This e-mail was sent from a contact form" */
} Form;

void form_read(const char *text, Form *form);
void form_clear(Form *form);
