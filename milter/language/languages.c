/* The words of replies, a row for each language.  Lower case, apostrophes plain. */
#include "language/language.h"

/* clang-format off */
const ReplyLanguage reply_languages[] = {
    { .code = "en",
      .common = "the|and|to|of|you|your|we|our|is|are|have|has|for|with|this|that|in|on|it|be|will|"
                "can|if|not|from|at|as|please|i|us|any|would|by|an|was|been|or|do|but|there|which|"
                "i'm|i've|i'll|i'd|we're|we've|we'll|you're|you'll|you've|it's|that's|don't|let's",
      .greetings = "dear|hi|hello|good morning|good afternoon|good evening|greetings|hey",
      .closings = "best regards|kind regards|regards|best|sincerely|yours sincerely|best wishes|"
                  "yours faithfully|warm regards|many thanks|thanks|thank you|cheers|sincerely yours|"
                  "yours truly|with kind regards",
      .titles = "mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam",
      .generic = "customer|client|team|all|everyone|there|customers|friend|support|colleague|"
                 "colleagues|again|user|subscriber|member|valued",
      .months = "january/jan|february/feb|march/mar|april/apr|may|june/jun|july/jul|august/aug|"
                "september/sept/sep|october/oct|november/nov|december/dec",
      .weekdays = "monday/mondays|tuesday/tuesdays|wednesday/wednesdays|thursday/thursdays|"
                  "friday/fridays|saturday/saturdays|sunday/sundays",
      .replies = "re|res", .attribution = "On {when}, {who} wrote:" },
    { .code = "de",
      .common = "der|die|das|und|sie|ihr|ihre|ihrer|ihren|ihrem|ihnen|ihres|wir|uns|unser|unsere|ist|"
                "nicht|ein|eine|einen|mit|für|zu|auf|es|dass|haben|bei|ich|den|dem|von|wird|werden|"
                "können|bitte|im|am|zur|zum|auch|oder|wenn|du|dir|dich|dein|deine|euch|euer|eure",
      .greetings = "hallo|guten tag|guten morgen|guten abend|sehr geehrte|sehr geehrter|liebe|lieber|"
                   "moin|grüß gott|grüezi|servus|hallo liebe|hallo lieber",
      .closings = "mit freundlichen grüßen|freundliche grüße|viele grüße|beste grüße|liebe grüße|"
                  "herzliche grüße|mit besten grüßen|schöne grüße|vielen dank|mfg|lg|gruß|"
                  "freundliche grüsse|mit freundlichen grüssen|hochachtungsvoll|mit freundlichem gruß|"
                  "herzlichen dank",
      .titles = "herr|herrn|frau|dr|prof",
      .generic = "damen|herren|und|kunde|kundin|kunden|team|zusammen|alle|familie|firma|kollege|"
                 "kollegin|kollegen|kundinnen|sehr|geehrte|geehrter|nochmal|nochmals",
      .months = "januar/jänner/jan|februar/feber/feb|märz|april/apr|mai|juni/jun|juli/jul|august/aug|"
                "september/sept/sep|oktober/okt|november/nov|dezember/dez",
      .weekdays = "montag/montags|dienstag/dienstags|mittwoch/mittwochs|donnerstag/donnerstags|"
                  "freitag/freitags|samstag/samstags/sonnabend|sonntag/sonntags",
      .replies = "aw|antw|antwort", .attribution = "Am {when} schrieb {who}:" },
    { .code = "fr",
      .common = "le|la|les|de|des|du|et|vous|votre|vos|nous|notre|nos|est|pour|que|dans|un|une|avec|sur|"
                "pas|ne|en|ce|cette|par|qui|au|aux|il|elle|être|avez|avons|merci|plus|si|ou|je|mon|ma",
      .greetings = "bonjour|bonsoir|cher|chère|salut|chers|chères",
      .closings = "cordialement|bien cordialement|bien à vous|sincères salutations|salutations|"
                  "très cordialement|meilleures salutations|merci|merci d'avance|respectueusement",
      .titles = "m|mme|mlle|monsieur|madame|mademoiselle|messieurs|mesdames|maître|docteur|dr",
      .generic = "client|cliente|clients|équipe|à|tous|toutes|et|l'équipe",
      .months = "janvier/janv|février/févr|mars|avril/avr|mai|juin|juillet/juil|août|septembre/sept|"
                "octobre/oct|novembre/nov|décembre/déc",
      .weekdays = "lundi/lundis|mardi/mardis|mercredi/mercredis|jeudi/jeudis|vendredi/vendredis|"
                  "samedi/samedis|dimanche/dimanches",
      .replies = "ré|rép|réf|réponse", .attribution = "Le {when}, {who} a écrit :" },
    { .code = "es",
      .common = "el|la|los|las|de|del|y|su|sus|nosotros|nuestro|nuestra|es|para|que|en|un|una|con|por|no|"
                "se|lo|le|les|usted|ustedes|está|hemos|ha|como|más|si|o|al|este|esta|puede|gracias|tu",
      .greetings = "hola|buenos días|buenas tardes|buenas noches|estimado|estimada|estimados|querido|"
                   "querida|buenas",
      .closings = "saludos|saludos cordiales|un saludo|atentamente|cordialmente|un cordial saludo|"
                  "muchas gracias|gracias|reciba un cordial saludo|cordiales saludos",
      .titles = "sr|sra|srta|señor|señora|señorita|don|doña|dr|dra",
      .generic = "cliente|clienta|equipo|todos|señores|sres",
      .months = "enero/ene|febrero/feb|marzo|abril/abr|mayo|junio/jun|julio/jul|agosto/ago|"
                "septiembre/setiembre/sept|octubre/oct|noviembre/nov|diciembre/dic",
      .weekdays = "lunes|martes|miércoles|jueves|viernes|sábado/sábados|domingo/domingos",
      .replies = "resp|rpta", .attribution = "El {when}, {who} escribió:" },
    { .code = "pt",
      .common = "o|a|os|as|de|do|da|dos|das|e|você|seu|sua|seus|suas|nós|nosso|nossa|é|para|que|em|um|"
                "uma|com|por|não|se|no|na|está|foi|mais|como|ou|ao|este|esta|obrigado|pode|lhe|são",
      .greetings = "olá|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caro|cara|caros|oi",
      .closings = "atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|"
                  "abraços|obrigado|obrigada|cordialmente|com os meus cumprimentos|atentamente",
      .titles = "sr|sra|srs|senhor|senhora|senhores|dr|dra",
      .generic = "cliente|clientes|equipe|equipa|todos|dona",
      .months = "janeiro/jan|fevereiro/fev|março|abril/abr|maio|junho/jun|julho/jul|agosto/ago|"
                "setembro/set|outubro/out|novembro/nov|dezembro/dez",
      .weekdays = "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado/sábados|"
                  "domingo/domingos",
      .replies = "res|resp", .attribution = "Em {when}, {who} escreveu:" },
    { .code = "it",
      .common = "il|lo|la|i|gli|le|di|del|della|e|lei|suo|sua|suoi|noi|nostro|nostra|è|per|che|in|un|una|"
                "con|non|si|da|al|alla|ha|abbiamo|sono|più|come|o|questo|questa|può|grazie|ci|vi|nel",
      .greetings = "buongiorno|buonasera|gentile|gentili|salve|ciao|caro|cara|egregio|spettabile",
      .closings = "cordiali saluti|distinti saluti|saluti|un saluto|grazie|cordialmente|"
                  "la ringrazio|i migliori saluti|buona giornata",
      .titles = "sig|sig.ra|sigg|signor|signora|signorina|signore|signori|dott|dott.ssa|dottor|"
                "dottoressa|ing|avv",
      .generic = "cliente|clienti|team|tutti|ra|ssa",
      .months = "gennaio/gen|febbraio/feb|marzo|aprile/apr|maggio|giugno/giu|luglio/lug|agosto/ago|"
                "settembre/set|ottobre/ott|novembre/nov|dicembre/dic",
      .weekdays = "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
      .replies = "r|rif|ris", .attribution = "Il {when}, {who} ha scritto:" },
    { .code = "nl",
      .common = "de|het|een|en|u|uw|wij|we|ons|onze|is|zijn|voor|dat|in|van|op|met|niet|te|er|aan|om|"
                "heeft|hebben|kunt|kunnen|wordt|bij|ook|als|dit|deze|naar|of|graag|jij|je|jouw|ik|door",
      .greetings = "beste|hallo|geachte|goedemorgen|goedemiddag|goedenavond|hoi|dag|goedendag",
      .closings = "met vriendelijke groet|met vriendelijke groeten|vriendelijke groeten|groeten|"
                  "hartelijke groet|hoogachtend|mvg|bedankt|alvast bedankt|vriendelijke groet",
      .titles = "heer|mevrouw|dhr|mw|meneer|dr|ir",
      .generic = "klant|klanten|team|allen|allemaal|familie|relatie|de",
      .months = "januari/jan|februari/feb|maart/mrt|april/apr|mei|juni/jun|juli/jul|augustus/aug|"
                "september/sept/sep|oktober/okt|november/nov|december/dec",
      .weekdays = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
      .replies = "antw|betr", .attribution = "Op {when} schreef {who}:" },
    { .code = "sv",
      .common = "och|att|det|är|du|din|ditt|dina|vi|vår|vårt|våra|för|med|på|som|en|ett|har|inte|av|till|"
                "den|kan|om|från|i|så|er|ni|oss|jag|de|vid|eller|här|när|kommer|ska|denna|detta|tack",
      .greetings = "hej|god morgon|god dag|bästa|hallå|kära|käre|god kväll|hejsan",
      .closings = "med vänlig hälsning|vänliga hälsningar|med vänliga hälsningar|hälsningar|mvh|tack|"
                  "bästa hälsningar|tack på förhand|vänlig hälsning|vänligen",
      .titles = "herr|fru|dr",
      .generic = "kund|kunder|teamet|alla|igen|där",
      .months = "januari/jan|februari/feb|mars|april/apr|maj|juni/jun|juli/jul|augusti/aug|"
                "september/sept/sep|oktober/okt|november/nov|december/dec",
      .weekdays = "måndag/måndagen|tisdag/tisdagen|onsdag/onsdagen|torsdag/torsdagen|fredag/fredagen|"
                  "lördag/lördagen|söndag/söndagen",
      .replies = "sv|svar", .attribution = "Den {when} skrev {who}:" },
    { .code = "no",
      .common = "og|at|det|er|du|din|ditt|dine|vi|vår|vårt|våre|for|med|på|som|en|et|har|ikke|av|til|den|"
                "kan|om|fra|i|så|dere|oss|jeg|de|ved|eller|her|når|kommer|skal|denne|dette|takk|blir|nå",
      .greetings = "hei|god morgen|god dag|kjære|hallo|god kveld|heisann",
      .closings = "med vennlig hilsen|vennlig hilsen|hilsen|mvh|takk|beste hilsen|på forhånd takk|"
                  "med vennlige hilsener|vennlige hilsener",
      .titles = "herr|fru|dr",
      .generic = "kunde|kunder|teamet|alle|igjen|der",
      .months = "januar/jan|februar/feb|mars|april/apr|mai|juni/jun|juli/jul|august/aug|"
                "september/sept/sep|oktober/okt|november/nov|desember/des",
      .weekdays = "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
      .replies = "sv|svar|vs", .attribution = "Den {when} skrev {who}:" },
    { .code = "da",
      .common = "og|at|det|er|du|din|dit|dine|vi|vores|for|med|på|som|en|et|har|ikke|af|til|den|kan|om|"
                "fra|i|så|jer|os|jeg|de|ved|eller|her|når|kommer|skal|denne|dette|tak|bliver|nu|dig|hvis",
      .greetings = "hej|godmorgen|goddag|kære|hallo|godaften|god dag",
      .closings = "med venlig hilsen|venlig hilsen|venlige hilsner|hilsen|mvh|tak|bedste hilsner|"
                  "på forhånd tak|med venlige hilsner|de bedste hilsner",
      .titles = "hr|fru|dr",
      .generic = "kunde|kunder|teamet|alle|igen|der",
      .months = "januar/jan|februar/feb|marts|april/apr|maj|juni/jun|juli/jul|august/aug|"
                "september/sept/sep|oktober/okt|november/nov|december/dec",
      .weekdays = "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
      .replies = "sv|svar|vs", .attribution = "Den {when} skrev {who}:" },
    { .code = "fi",
      .common = "ja|on|ei|se|että|voit|olemme|teidän|meidän|sinun|tai|mutta|kun|jos|myös|ovat|tämä|tämän|"
                "kanssa|sekä|hän|te|me|ole|oli|voi|niin|joka|ole hyvä|kiitos|olet|olisi|saat|teille|"
                "sinulle|meille|yhteyttä|tilauksesi|teitä|jotta",
      .greetings = "hei|moi|hyvä|hyvää päivää|hyvää huomenta|terve|arvoisa|hyvää iltaa",
      .closings = "ystävällisin terveisin|terveisin|parhain terveisin|kiitos|yst terv|kunnioittavasti|"
                  "hyvin terveisin",
      .titles = "herra|rouva|tri",
      .generic = "asiakas|asiakkaamme|tiimi|kaikki|asiakkaat|taas",
      .months = "tammikuu/tammikuuta/tammikuun|helmikuu/helmikuuta/helmikuun|maaliskuu/maaliskuuta/"
                "maaliskuun|huhtikuu/huhtikuuta/huhtikuun|toukokuu/toukokuuta/toukokuun|kesäkuu/"
                "kesäkuuta/kesäkuun|heinäkuu/heinäkuuta/heinäkuun|elokuu/elokuuta/elokuun|syyskuu/"
                "syyskuuta/syyskuun|lokakuu/lokakuuta/lokakuun|marraskuu/marraskuuta/marraskuun|"
                "joulukuu/joulukuuta/joulukuun",
      .weekdays = "maanantai/maanantaina|tiistai/tiistaina|keskiviikko/keskiviikkona|torstai/"
                  "torstaina|perjantai/perjantaina|lauantai/lauantaina|sunnuntai/sunnuntaina",
      .replies = "vs|vast", .attribution = "{when} {who} kirjoitti:" },
    { .code = "pl",
      .common = "i|w|na|z|do|się|nie|jest|że|państwa|państwo|pan|pana|pani|panu|nasz|nasza|nasze|dla|o|"
                "za|to|są|oraz|od|po|przez|jak|ale|czy|jeśli|przed|ten|ta|może|można|prosimy|dziękujemy|"
                "jako|nas|nam|będzie|ma",
      .greetings = "dzień dobry|witam|szanowny|szanowna|szanowni|drogi|droga|cześć|dobry wieczór",
      .closings = "z poważaniem|pozdrawiam|serdecznie pozdrawiam|pozdrawiam serdecznie|dziękuję|"
                  "z wyrazami szacunku|łączę pozdrowienia|z pozdrowieniami",
      .titles = "pan|pani|panie|panu|państwo|dr|prof",
      .generic = "kliencie|klientko|klienci|zespół|wszyscy",
      .months = "styczeń/stycznia|luty/lutego|marzec/marca|kwiecień/kwietnia|maj/maja|czerwiec/czerwca|"
                "lipiec/lipca|sierpień/sierpnia|wrzesień/września|październik/października|listopad/"
                "listopada|grudzień/grudnia",
      .weekdays = "poniedziałek/poniedziałku|wtorek/wtorku|środa/środę/środy|czwartek/czwartku|piątek/"
                  "piątku|sobota/sobotę/soboty|niedziela/niedzielę/niedzieli",
      .replies = "odp", .attribution = "Dnia {when} {who} napisał(a):" },
    { .code = "cs",
      .common = "a|v|na|se|je|že|vás|vám|váš|vaše|vaší|vašeho|náš|naše|jsme|jsou|pro|do|s|z|o|k|to|ale|"
                "jak|nebo|pokud|aby|který|která|bude|by|si|od|po|při|tento|tato|můžete|prosím|nám|nás|"
                "není|byl|také|děkujeme",
      .greetings = "dobrý den|vážený|vážená|vážení|ahoj|milý|milá|dobré ráno|dobrý večer",
      .closings = "s pozdravem|s přátelským pozdravem|s úctou|děkuji|hezký den|přeji hezký den|"
                  "zdraví|děkujeme",
      .titles = "pan|paní|pane|pán|dr|ing|mgr",
      .generic = "zákazníku|zákaznice|zákazníci|tým|všichni",
      .months = "leden/ledna|únor/února|březen/března|duben/dubna|květen/května|červen/června|červenec/"
                "července|srpen/srpna|září|říjen/října|listopad/listopadu|prosinec/prosince",
      .weekdays = "pondělí|úterý|středa/středu/středy|čtvrtek|pátek|sobota/sobotu/soboty|neděle/neděli",
      .replies = "odp", .attribution = "Dne {when} {who} napsal(a):" },
    { .code = "ru",
      .common = "и|в|не|на|что|с|вы|вам|вас|ваш|ваша|ваше|ваши|вашего|вашу|мы|нам|нас|наш|наша|для|по|это|"
                "как|к|из|за|от|или|если|но|у|о|будет|был|также|можете|пожалуйста|при|его|до|уже|спасибо",
      .greetings = "здравствуйте|добрый день|уважаемый|уважаемая|уважаемые|привет|доброе утро|"
                   "добрый вечер|дорогой|дорогая",
      .closings = "с уважением|с наилучшими пожеланиями|всего доброго|спасибо|искренне ваш|"
                  "благодарим вас|хорошего дня",
      .titles = "господин|госпожа",
      .generic = "клиент|клиенты|команда|все|коллеги|г",
      .months = "январь/января|февраль/февраля|март/марта|апрель/апреля|май/мая|июнь/июня|июль/июля|"
                "август/августа|сентябрь/сентября|октябрь/октября|ноябрь/ноября|декабрь/декабря",
      .weekdays = "понедельник|вторник|среда/среду/среды|четверг|пятница/пятницу/пятницы|суббота/"
                  "субботу/субботы|воскресенье",
      .replies = "отв|ответ|на", .attribution = "{when}, {who} пишет:" },
    { .code = "uk",
      .common = "і|й|та|в|у|не|на|що|з|із|ви|вам|вас|ваш|ваша|ваше|вашого|вашу|ми|нам|нас|наш|наша|для|по|"
                "це|як|до|за|від|або|якщо|але|про|буде|був|також|можете|ласка|при|його|вже|дякуємо|є",
      .greetings = "вітаю|добрий день|доброго дня|шановний|шановна|шановні|привіт|доброго ранку|"
                   "добрий вечір",
      .closings = "з повагою|з найкращими побажаннями|дякую|всього найкращого|щиро ваш|гарного дня",
      .titles = "пане|пані|пан",
      .generic = "клієнте|клієнти|клієнт|команда|всі|колеги",
      .months = "січень/січня|лютий/лютого|березень/березня|квітень/квітня|травень/травня|червень/"
                "червня|липень/липня|серпень/серпня|вересень/вересня|жовтень/жовтня|листопад/"
                "листопада|грудень/грудня",
      .weekdays = "понеділок|вівторок|середа/середу/середи|четвер|п'ятниця/п'ятницю|субота/суботу|"
                  "неділя/неділю",
      .replies = "відп|нв", .attribution = "{when}, {who} пише:" },
    { .code = "tr",
      .common = "ve|bir|bu|için|ile|da|de|size|sizin|sizi|siz|biz|bize|bizim|olarak|olan|daha|çok|en|ne|"
                "gibi|kadar|sonra|var|yok|değil|lütfen|veya|ise|ilgili|teşekkür|ederiz|her|olduğunu|mi|"
                "hakkında|tarafından|üzere|ancak|nasıl",
      .greetings = "merhaba|sayın|günaydın|iyi günler|değerli|sevgili|iyi akşamlar",
      .closings = "saygılarımla|saygılarımızla|iyi çalışmalar|iyi günler|teşekkürler|sevgiler|"
                  "en iyi dileklerimle",
      .titles = "bay|bayan|bey|hanım",
      .generic = "müşterimiz|dr|ekip|herkese|herkes",
      .months = "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık",
      .weekdays = "pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar",
      .replies = "ynt|yan|cvp", .attribution = "{when} tarihinde {who} yazdı:" },
    { .code = "el",
      .common = "και|το|την|του|της|να|για|με|σας|μας|είναι|από|που|στο|στη|στην|τα|οι|η|ο|σε|δεν|θα|ένα|"
                "μια|αυτό|ή|αν|έχετε|έχουμε|μπορείτε|παρακαλούμε|των|τις|τους|ως|κατά|ευχαριστούμε",
      .greetings = "γεια σας|γεια σου|καλημέρα|καλησπέρα|αγαπητέ|αγαπητή|αγαπητοί|αξιότιμε|αξιότιμη",
      .closings = "με εκτίμηση|φιλικά|ευχαριστώ|με φιλικούς χαιρετισμούς|χαιρετισμούς|"
                  "ευχαριστούμε",
      .titles = "κ|κα|κύριε|κυρία|κύριοι|δρ",
      .generic = "πελάτη|πελάτες|ομάδα|όλοι",
      .months = "ιανουάριος/ιανουαρίου|φεβρουάριος/φεβρουαρίου|μάρτιος/μαρτίου|απρίλιος/απριλίου|μάιος/"
                "μαΐου|ιούνιος/ιουνίου|ιούλιος/ιουλίου|αύγουστος/αυγούστου|σεπτέμβριος/σεπτεμβρίου|"
                "οκτώβριος/οκτωβρίου|νοέμβριος/νοεμβρίου|δεκέμβριος/δεκεμβρίου",
      .weekdays = "δευτέρα|τρίτη|τετάρτη|πέμπτη|παρασκευή|σάββατο|κυριακή",
      .replies = "απ|απάντηση|σχετ", .attribution = "Στις {when}, {who} έγραψε:" },
    { .code = "zh",
      .common = "", .greetings = "您好|你好|尊敬的|亲爱的|親愛的|敬爱的", .closings = "此致|敬礼|祝好|谢谢|謝謝",
      .titles = "",
      .generic = "", .months = "", .weekdays = "",
      .replies = "回复|回覆|答复|答覆|回信", .attribution = "在 {when}，{who} 写道：" },
    { .code = "ja",
      .common = "", .greetings = "拝啓", .closings = "敬具|よろしくお願いいたします", .titles = "",
      .generic = "",
      .months = "", .weekdays = "",
      .replies = "返信", .attribution = "{when}、{who} のメール：" },
    { .code = "ko",
      .common = "안녕하세요|감사합니다|및|또는|수|있습니다|대한|위해|저희|고객님|문의|관련하여|바랍니다",
      .greetings = "안녕하세요|안녕하십니까|친애하는", .closings = "감사합니다|드림|올림", .titles = "",
      .generic = "고객님|여러분",
      .months = "", .weekdays = "월요일|화요일|수요일|목요일|금요일|토요일|일요일",
      .replies = "회신|답장", .attribution = "{when}, {who} 작성:" },
};
/* clang-format on */

const gsize reply_language_count = G_N_ELEMENTS(reply_languages);

G_STATIC_ASSERT(G_N_ELEMENTS(reply_languages) <= 32);
