/* The words that announce a secret, by language: a language is a few rows. */
#include "prompt/redact_secret.h"

#include <stddef.h>

const SecretLabel secret_labels[] = {
    /* en */
    { "password", SECRET_WORD },
    { "passwords", SECRET_WORD },
    { "passwd", SECRET_WORD },
    { "passphrase", SECRET_WORD },
    { "passcode", SECRET_WORD },
    { "pass", SECRET_FIELD },
    { "pwd", SECRET_WORD },
    { "pw", SECRET_FIELD },
    { "pin", SECRET_FIELD },
    { "pin code", SECRET_WORD },
    { "otp", SECRET_FIELD },
    { "cvv", SECRET_WORD },
    { "cvc", SECRET_WORD },
    { "security code", SECRET_WORD },
    { "key", SECRET_KEY },
    { "apikey", SECRET_KEY },
    { "token", SECRET_KEY },
    { "secret", SECRET_KEY },
    { "credential", SECRET_KEY },
    { "credentials", SECRET_KEY },
    { "signature", SECRET_KEY },
    /* de */
    { "passwort", SECRET_WORD },
    { "passworte", SECRET_WORD },
    { "passwörter", SECRET_WORD },
    { "kennwort", SECRET_WORD },
    { "zugangscode", SECRET_WORD },
    { "geheimzahl", SECRET_WORD },
    { "schlüssel", SECRET_KEY },
    { "api-schlüssel", SECRET_KEY },
    { "geheimnis", SECRET_KEY },
    /* fr */
    { "mot de passe", SECRET_WORD },
    { "mots de passe", SECRET_WORD },
    { "mdp", SECRET_WORD },
    { "code secret", SECRET_WORD },
    { "clé", SECRET_KEY },
    { "clef", SECRET_KEY },
    { "jeton", SECRET_KEY },
    /* es */
    { "contraseña", SECRET_WORD },
    { "contraseñas", SECRET_WORD },
    { "clave", SECRET_FIELD },
    { "secreto", SECRET_KEY },
    /* pt */
    { "senha", SECRET_WORD },
    { "senhas", SECRET_WORD },
    { "palavra-passe", SECRET_WORD },
    { "palavra passe", SECRET_WORD },
    { "chave", SECRET_KEY },
    { "segredo", SECRET_KEY },
    /* it */
    { "parola d'ordine", SECRET_WORD },
    { "parola chiave", SECRET_WORD },
    { "chiave", SECRET_KEY },
    { "segreto", SECRET_KEY },
    /* nl */
    { "wachtwoord", SECRET_WORD },
    { "wachtwoorden", SECRET_WORD },
    { "sleutel", SECRET_KEY },
    { "geheim", SECRET_KEY },
    /* sv */
    { "lösenord", SECRET_WORD },
    { "lösenordet", SECRET_WORD },
    { "nyckel", SECRET_KEY },
    /* no, da */
    { "passord", SECRET_WORD },
    { "passordet", SECRET_WORD },
    { "nøkkel", SECRET_KEY },
    { "adgangskode", SECRET_WORD },
    { "adgangskoden", SECRET_WORD },
    { "kodeord", SECRET_WORD },
    { "nøgle", SECRET_KEY },
    /* fi */
    { "salasana", SECRET_WORD },
    { "salasanani", SECRET_WORD },
    { "avain", SECRET_KEY },
    /* pl */
    { "hasło", SECRET_WORD },
    { "hasła", SECRET_WORD },
    { "klucz", SECRET_KEY },
    /* cs */
    { "heslo", SECRET_WORD },
    { "hesla", SECRET_WORD },
    { "klíč", SECRET_KEY },
    /* ru */
    { "пароль", SECRET_WORD },
    { "пароли", SECRET_WORD },
    { "ключ", SECRET_KEY },
    { "токен", SECRET_KEY },
    /* uk */
    { "паролі", SECRET_WORD },
    { "гасло", SECRET_WORD },
    /* tr */
    { "şifre", SECRET_WORD },
    { "şifrem", SECRET_WORD },
    { "şifresi", SECRET_WORD },
    { "parola", SECRET_FIELD },
    { "parolam", SECRET_WORD },
    { "anahtar", SECRET_KEY },
    /* el */
    { "κωδικός", SECRET_FIELD },
    { "κωδικός πρόσβασης", SECRET_WORD },
    { "συνθηματικό", SECRET_WORD },
    { "κλειδί", SECRET_KEY },
    /* zh */
    { "密码", SECRET_WORD },
    { "密碼", SECRET_WORD },
    { "口令", SECRET_WORD },
    { "密钥", SECRET_KEY },
    { "密鑰", SECRET_KEY },
    { "令牌", SECRET_KEY },
    /* ja */
    { "パスワード", SECRET_WORD },
    { "暗証番号", SECRET_WORD },
    { "キー", SECRET_KEY },
    { "トークン", SECRET_KEY },
    /* ko */
    { "비밀번호", SECRET_WORD },
    { "패스워드", SECRET_WORD },
    { "암호", SECRET_WORD },
    { "키", SECRET_KEY },
    { "토큰", SECRET_KEY },
    { NULL, SECRET_WORD },
};

const char *const secret_verbs[] = {
    "is", "was", "ist", "lautet", "war", "est", "es", "é",  "è",  "är", "er",
    "on", "to",  "je",  "είναι",  "это", "це",  "是", "は", "는", "은", NULL,
};

const SecretForm secret_forms[] = {
    { "sk-", 20 },      /* OpenAI, Anthropic, … */
    { "sk_live_", 16 }, /* Stripe */
    { "sk_test_", 16 },    { "rk_live_", 16 }, { "whsec_", 16 }, { "ghp_", 20 }, /* GitHub */
    { "gho_", 20 },        { "ghu_", 20 },     { "ghs_", 20 },   { "ghr_", 20 },
    { "github_pat_", 20 }, { "glpat-", 16 }, /* GitLab */
    { "AKIA", 16 },                          /* AWS */
    { "ASIA", 16 },        { "xoxa-", 10 },  /* Slack */
    { "xoxb-", 10 },       { "xoxp-", 10 },    { "xoxr-", 10 },  { "xoxs-", 10 },
    { "AIza", 35 },                                           /* Google */
    { "ya29.", 20 },       { "SG.", 40 },                     /* SendGrid */
    { "npm_", 36 },        { "pypi-", 40 },    { "hf_", 30 }, /* Hugging Face */
    { "dop_v1_", 40 },                                        /* DigitalOcean */
    { NULL, 0 },
};
