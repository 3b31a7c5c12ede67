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
    { "pin", SECRET_DIGITS },
    { "pin code", SECRET_DIGITS },
    { "tan", SECRET_DIGITS },
    { "otp", SECRET_DIGITS },
    { "cvv", SECRET_DIGITS },
    { "cvv2", SECRET_DIGITS },
    { "cvc", SECRET_DIGITS },
    { "cvc2", SECRET_DIGITS },
    { "security code", SECRET_DIGITS },
    { "verification code", SECRET_DIGITS },
    { "confirmation code", SECRET_DIGITS },
    { "login code", SECRET_DIGITS },
    { "one-time code", SECRET_DIGITS },
    { "one-time password", SECRET_WORD },
    { "2fa code", SECRET_DIGITS },
    { "recovery code", SECRET_CODES },
    { "recovery codes", SECRET_CODES },
    { "recovery key", SECRET_CODES },
    { "backup code", SECRET_CODES },
    { "backup codes", SECRET_CODES },
    { "scratch codes", SECRET_CODES },
    { "recovery phrase", SECRET_LINE },
    { "seed phrase", SECRET_LINE },
    { "authorization", SECRET_HEADER },
    { "proxy-authorization", SECRET_HEADER },
    { "x-api-key", SECRET_FIELD },
    { "x-auth-token", SECRET_FIELD },
    { "cookie", SECRET_COOKIE },
    { "set-cookie", SECRET_COOKIE },
    { "phpsessid", SECRET_FIELD },
    { "jsessionid", SECRET_FIELD },
    { "sessionid", SECRET_FIELD },
    { "session_id", SECRET_FIELD },
    { "sharedaccesssignature", SECRET_FIELD },
    { "sharedaccesskey", SECRET_FIELD },
    { "accountkey", SECRET_FIELD },
    { "sig", SECRET_KEY },
    { "-u", SECRET_USER },
    { "--user", SECRET_USER },
    { "--proxy-user", SECRET_USER },
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
    { "passwoerter", SECRET_WORD },
    { "zugangsdaten", SECRET_FIELD },
    { "sicherheitscode", SECRET_DIGITS },
    { "bestätigungscode", SECRET_DIGITS },
    { "einmalcode", SECRET_DIGITS },
    { "prüfnummer", SECRET_DIGITS },
    { "wiederherstellungscode", SECRET_CODES },
    { "wiederherstellungscodes", SECRET_CODES },
    { "schluessel", SECRET_KEY },
    { "schlüssel", SECRET_KEY },
    { "api-schlüssel", SECRET_KEY },
    { "geheimnis", SECRET_KEY },
    /* fr */
    { "mot de passe", SECRET_WORD },
    { "mots de passe", SECRET_WORD },
    { "mdp", SECRET_WORD },
    { "code secret", SECRET_WORD },
    { "code de sécurité", SECRET_DIGITS },
    { "code de vérification", SECRET_DIGITS },
    { "code pin", SECRET_DIGITS },
    { "cryptogramme", SECRET_DIGITS },
    { "codes de récupération", SECRET_CODES },
    { "codes de secours", SECRET_CODES },
    { "cle", SECRET_KEY },
    { "clé", SECRET_KEY },
    { "clef", SECRET_KEY },
    { "jeton", SECRET_KEY },
    /* es */
    { "contraseña", SECRET_WORD },
    { "contraseñas", SECRET_WORD },
    { "contrasena", SECRET_WORD },
    { "contrasenas", SECRET_WORD },
    { "contrasenya", SECRET_WORD },
    { "contrasinal", SECRET_WORD },
    { "código de seguridad", SECRET_DIGITS },
    { "codigo de seguridad", SECRET_DIGITS },
    { "código de verificación", SECRET_DIGITS },
    { "códigos de recuperación", SECRET_CODES },
    { "clave", SECRET_FIELD },
    { "secreto", SECRET_KEY },
    /* pt */
    { "senha", SECRET_WORD },
    { "senhas", SECRET_WORD },
    { "palavra-passe", SECRET_WORD },
    { "palavra passe", SECRET_WORD },
    { "código de segurança", SECRET_DIGITS },
    { "codigo de seguranca", SECRET_DIGITS },
    { "código de verificação", SECRET_DIGITS },
    { "códigos de recuperação", SECRET_CODES },
    { "chave", SECRET_KEY },
    { "segredo", SECRET_KEY },
    /* it */
    { "parola d'ordine", SECRET_WORD },
    { "parola chiave", SECRET_WORD },
    { "codice di sicurezza", SECRET_DIGITS },
    { "codice di verifica", SECRET_DIGITS },
    { "codici di recupero", SECRET_CODES },
    { "chiave", SECRET_KEY },
    { "segreto", SECRET_KEY },
    /* nl */
    { "wachtwoord", SECRET_WORD },
    { "wachtwoorden", SECRET_WORD },
    { "beveiligingscode", SECRET_DIGITS },
    { "verificatiecode", SECRET_DIGITS },
    { "herstelcodes", SECRET_CODES },
    { "pincode", SECRET_DIGITS },
    { "sleutel", SECRET_KEY },
    { "geheim", SECRET_KEY },
    /* sv */
    { "lösenord", SECRET_WORD },
    { "lösenordet", SECRET_WORD },
    { "losenord", SECRET_WORD },
    { "säkerhetskod", SECRET_DIGITS },
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
    { "salasanasi", SECRET_WORD },
    { "salasananne", SECRET_WORD },
    { "avain", SECRET_KEY },
    /* pl */
    { "hasło", SECRET_WORD },
    { "hasła", SECRET_WORD },
    { "haslo", SECRET_WORD },
    { "hasla", SECRET_WORD },
    { "kod weryfikacyjny", SECRET_DIGITS },
    { "klucz", SECRET_KEY },
    /* cs */
    { "heslo", SECRET_WORD },
    { "hesla", SECRET_WORD },
    { "klic", SECRET_KEY },
    { "klíč", SECRET_KEY },
    /* ru */
    { "пароль", SECRET_WORD },
    { "пароли", SECRET_WORD },
    { "пароля", SECRET_WORD },
    { "код подтверждения", SECRET_DIGITS },
    { "пин-код", SECRET_DIGITS },
    { "пин", SECRET_DIGITS },
    { "ключ", SECRET_KEY },
    { "токен", SECRET_KEY },
    /* uk */
    { "паролі", SECRET_WORD },
    { "гасло", SECRET_WORD },
    /* tr */
    { "şifre", SECRET_WORD },
    { "şifrem", SECRET_WORD },
    { "şifresi", SECRET_WORD },
    { "şifreniz", SECRET_WORD },
    { "sifre", SECRET_WORD },
    { "sifrem", SECRET_WORD },
    { "sifresi", SECRET_WORD },
    { "sifreniz", SECRET_WORD },
    { "parola", SECRET_WORD },
    { "parolam", SECRET_WORD },
    { "parolanız", SECRET_WORD },
    { "doğrulama kodu", SECRET_DIGITS },
    { "anahtar", SECRET_KEY },
    /* hu */
    { "jelszó", SECRET_WORD },
    { "jelszo", SECRET_WORD },
    { "jelszava", SECRET_WORD },
    { "jelszavam", SECRET_WORD },
    { "kulcs", SECRET_KEY },
    /* ro */
    { "parola mea", SECRET_WORD },
    { "parolă", SECRET_WORD },
    { "cheie", SECRET_KEY },
    /* bg */
    { "парола", SECRET_WORD },
    /* hr, sr */
    { "lozinka", SECRET_WORD },
    { "zaporka", SECRET_WORD },
    { "лозинка", SECRET_WORD },
    /* sl */
    { "geslo", SECRET_WORD },
    /* et */
    { "parool", SECRET_WORD },
    { "salasõna", SECRET_WORD },
    /* lv, lt */
    { "parole", SECRET_WORD },
    { "slaptažodis", SECRET_WORD },
    { "slaptazodis", SECRET_WORD },
    /* is */
    { "lykilorð", SECRET_WORD },
    /* eu */
    { "pasahitza", SECRET_WORD },
    /* id, ms */
    { "kata sandi", SECRET_WORD },
    { "kata laluan", SECRET_WORD },
    /* vi */
    { "mật khẩu", SECRET_WORD },
    { "mat khau", SECRET_WORD },
    /* ar, fa, he */
    { "كلمة المرور", SECRET_WORD },
    { "كلمة السر", SECRET_WORD },
    { "رمز عبور", SECRET_WORD },
    { "گذرواژه", SECRET_WORD },
    { "סיסמה", SECRET_WORD },
    { "סיסמא", SECRET_WORD },
    /* hi, th */
    { "पासवर्ड", SECRET_WORD },
    { "รหัสผ่าน", SECRET_WORD },
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

const SecretVerb secret_verbs[] = {
    /* en */
    { "is", SECRET_IS },
    { "was", SECRET_IS },
    { "are", SECRET_IS },
    { "has", SECRET_IS },
    { "been", SECRET_IS },
    { "now", SECRET_IS },
    { "set", SECRET_CHANGE },
    { "reset", SECRET_CHANGE },
    { "changed", SECRET_CHANGE },
    { "updated", SECRET_CHANGE },
    { "to", SECRET_TO },
    /* de */
    { "ist", SECRET_IS },
    { "lautet", SECRET_IS },
    { "war", SECRET_IS },
    { "wurde", SECRET_IS },
    { "jetzt", SECRET_IS },
    { "geändert", SECRET_CHANGE },
    { "gesetzt", SECRET_CHANGE },
    { "auf", SECRET_IS },
    /* fr */
    { "est", SECRET_IS },
    { "a", SECRET_IS },
    { "été", SECRET_IS },
    { "maintenant", SECRET_IS },
    { "changé", SECRET_CHANGE },
    { "remplacé", SECRET_CHANGE },
    { "en", SECRET_TO },
    { "par", SECRET_TO },
    /* es, pt */
    { "es", SECRET_IS },
    { "é", SECRET_IS },
    { "ha", SECRET_IS },
    { "foi", SECRET_IS },
    { "sido", SECRET_IS },
    { "ahora", SECRET_IS },
    { "agora", SECRET_IS },
    { "cambiada", SECRET_CHANGE },
    { "alterada", SECRET_CHANGE },
    { "por", SECRET_TO },
    { "para", SECRET_TO },
    /* it */
    { "è", SECRET_IS },
    { "stata", SECRET_IS },
    { "ora", SECRET_IS },
    { "impostata", SECRET_CHANGE },
    { "cambiata", SECRET_CHANGE },
    { "su", SECRET_TO },
    { "in", SECRET_TO },
    /* nl */
    { "gewijzigd", SECRET_CHANGE },
    { "naar", SECRET_TO },
    { "nu", SECRET_IS },
    /* sv, no, da, fi, pl, cs, hu */
    { "är", SECRET_IS },
    { "er", SECRET_IS },
    { "on", SECRET_IS },
    { "jest", SECRET_IS },
    { "je", SECRET_IS },
    { "az", SECRET_IS },
    /* el, ru, uk */
    { "είναι", SECRET_IS },
    { "это", SECRET_IS },
    { "такой", SECRET_IS },
    { "теперь", SECRET_IS },
    { "изменён", SECRET_CHANGE },
    { "изменен", SECRET_CHANGE },
    { "на", SECRET_TO },
    { "це", SECRET_IS },
    /* zh, ja, ko */
    { "是", SECRET_IS },
    { "は", SECRET_IS },
    { "는", SECRET_IS },
    { "은", SECRET_IS },
    { NULL, SECRET_IS },
};

const SecretScheme secret_schemes[] = {
    { "basic", false },     { "bearer", false }, { "token", false },           { "apikey", false },
    { "negotiate", false }, { "digest", true },  { "aws4-hmac-sha256", true }, { NULL, false },
};

/* Incoming webhooks and bots: whoever has the address may post. */
const char *const secret_urls[] = {
    "hooks.slack.com/services/",      "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",      "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",   "outlook.office.com/webhook/",
    "outlook.office365.com/webhook/", "webhook.office.com/webhookb2/",
    "hooks.zapier.com/hooks/catch/",  "chat.googleapis.com/v1/spaces/",
    "api.telegram.org/bot",           "maker.ifttt.com/trigger/",
    "hook.integromat.com/",           NULL,
};

/* From the vendors' documentation and public rule sets of secret scanners. */
const SecretForm secret_forms[] = {
    { "sk-", 20 }, /* OpenAI, Anthropic, … */
    { "sk_live_", 16 },    { "sk_test_", 16 },
    { "rk_live_", 16 },    { "rk_test_", 16 },
    { "whsec_", 16 }, /* Stripe */
    { "ghp_", 20 },        { "gho_", 20 },
    { "ghu_", 20 },        { "ghs_", 20 },
    { "ghr_", 20 },        { "github_pat_", 20 }, /* GitHub */
    { "glpat-", 16 },      { "gldt-", 16 },
    { "glrt-", 16 },       { "glcbt-", 16 },
    { "glptt-", 16 },      { "glsoat-", 16 },
    { "glft-", 16 },       { "glimt-", 16 },
    { "glagent-", 16 }, /* GitLab */
    { "AKIA", 16 },        { "ASIA", 16 },
    { "ABIA", 16 }, /* AWS */
    { "LTAI", 12 }, /* Alibaba Cloud */
    { "AKID", 32 }, /* Tencent Cloud */
    { "xoxa-", 10 },       { "xoxb-", 10 },
    { "xoxe-", 10 },       { "xoxe.", 10 },
    { "xoxp-", 10 },       { "xoxr-", 10 },
    { "xoxs-", 10 },       { "xapp-", 10 }, /* Slack */
    { "AIza", 35 },        { "ya29.", 20 },
    { "GOCSPX-", 24 },                          /* Google */
    { "SG.", 40 },                              /* SendGrid */
    { "key-", 32 },                             /* Mailgun */
    { "xkeysib-", 40 },    { "xsmtpsib-", 40 }, /* Brevo */
    { "SK", 32 },                               /* Twilio */
    { "npm_", 36 },        { "pypi-", 40 },
    { "rubygems_", 40 },   { "dckr_pat_", 24 },
    { "hf_", 30 }, /* Docker, Hugging Face */
    { "dop_v1_", 40 },     { "doo_v1_", 40 },
    { "dor_v1_", 40 }, /* DigitalOcean */
    { "shpat_", 32 },      { "shpca_", 32 },
    { "shppa_", 32 },      { "shpss_", 32 }, /* Shopify */
    { "sq0atp-", 20 },     { "sq0csp-", 40 },
    { "EAAA", 56 }, /* Square */
    { "sl.", 60 },         { "lin_api_", 32 },
    { "ntn_", 40 }, /* Dropbox, Linear, Notion */
    { "figd_", 32 },       { "ATATT3", 50 },
    { "ATBB", 28 }, /* Figma, Atlassian */
    { "PMAK-", 40 },       { "dp.pt.", 40 },
    { "hvs.", 20 }, /* Postman, Doppler, Vault */
    { "hvb.", 20 },        { "AGE-SECRET-KEY-1", 50 },
    { "NRAK-", 24 }, /* age, New Relic */
    { "glsa_", 32 },       { "glc_", 32 },
    { "sntrys_", 40 }, /* Grafana, Sentry */
    { "sntryu_", 40 },     { "pul-", 40 },
    { "tskey-", 16 }, /* Pulumi, Tailscale */
    { "r8_", 32 },         { "gsk_", 40 },
    { "pplx-", 40 }, /* Replicate, Groq, … */
    { "CFPAT-", 40 },      { "sgp_", 40 },
    { "bkua_", 40 }, /* Contentful, … */
    { "EZAK", 50 },        { "shippo_live_", 32 },
    { "pscale_tkn_", 32 }, { "pscale_pw_", 32 },
    { "nfp_", 32 },        { "sbp_", 36 }, /* Netlify, Supabase */
    { "HRKU-", 32 },       { "dapi", 32 },
    { "CCIPAT_", 30 }, /* Heroku, Databricks, … */
    { "rdme_", 60 },       { "waka_", 32 },
    { "phx_", 40 },        { NULL, 0 },
};
