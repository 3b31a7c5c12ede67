"""Signature fields in the form in which large providers and common servers write theirs: order of tags,
folds, what is signed how often.  %h stands for the body hash, %b for the signature, %t for now, %s for the
selector."""

from signed_mails import by_tags, plain_mail, publish

SHAPES = {
    "Gmail": [
        b"v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        d=example.org; s=%s; t=%t; x=%x; darn=example.com;\r\n"
        b"        h=to:subject:message-id:date:from:mime-version:from:to:cc:subject\r\n"
        b"         :date:message-id:reply-to;\r\n        bh=%h;\r\n        b=%b"],
    "Microsoft 365": [
        b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n s=%s;\r\n"
        b" h=From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck;\r\n"
        b" bh=%h;\r\n b=%b"],
    "Amazon SES": [
        b"v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\r\n\ts=%s; d=example.org; t=%t;\r\n"
        b"\th=From:To:Subject:MIME-Version:Content-Type:Message-ID:Date;\r\n\tbh=%h;\r\n\tb=%b",
        b"v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\r\n\ts=%s; d=provider.example; t=%t;\r\n"
        b"\th=From:To:Subject:MIME-Version:Content-Type:Message-ID:Date:Feedback-ID;\r\n\tbh=%h;\r\n\tb=%b"],
    "Mailchimp": [
        b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n\ts=%s; t=%t; x=%x;\r\n"
        b"\ti=ann=3Dexample.org@mail.example.org; bh=%h;\r\n"
        b"\th=Subject:From:Reply-To:To:Date:Message-ID:X-MC-User:Feedback-ID:\r\n"
        b"\t List-ID:List-Unsubscribe:Content-Type:MIME-Version:CC:Date:Subject:From;\r\n\tb=%b"],
    "Proton": [
        b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n\ts=%s; t=%t; x=%x;\r\n\tbh=%h;\r\n"
        b"\th=Date:To:From:Subject:Message-ID:Feedback-ID:From:To:Cc:Date:\r\n"
        b"\t Subject:Reply-To:Feedback-ID:Message-ID:BIMI-Selector;\r\n\tb=%b"],
    "Yahoo": [
        b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=%s; t=%t; bh=%h;"
        b" h=Date:From:To:Subject:References:From:Subject:Reply-To; b=%b"],
    "Exim": [
        b"v=1; a=rsa-sha256; q=dns/txt; c=relaxed/relaxed;\r\n\td=example.org; s=%s;"
        b" h=Content-Type:MIME-Version:Date:Message-ID:Subject:To:\r\n"
        b"\tFrom:Sender:Reply-To:Cc:Content-Transfer-Encoding:Content-ID:List-Id;\r\n\tbh=%h; b=%b;"],
    "OpenDKIM": [
        b"v=1; a=rsa-sha256; c=relaxed/simple; d=example.org;\r\n\ts=%s; t=%t;\r\n\tbh=%h;\r\n"
        b"\th=From:To:Subject:Date:From;\r\n\tb=%b"],
    "simple forms": [
        b"v=1; a=rsa-sha256; c=simple/simple; d=example.org; s=%s;\r\n\tt=%t; bh=%h;\r\n"
        b"\th=Date:From:To:Subject:Message-ID:MIME-Version;\r\n\tb=%b"],
    "RSA and Ed25519": [
        b"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=%s;\r\n\tt=%t; h=from:from:reply-to:subject:"
        b"subject:date:date:message-id:\r\n\t message-id:to:to:cc:mime-version:mime-version:content-type;\r\n"
        b"\tbh=%h;\r\n\tb=%b",
        b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=%s;\r\n\tt=%t; h=from:from:reply-to:subject:"
        b"subject:date:date:message-id:\r\n\t message-id:to:to:cc:mime-version:mime-version:content-type;\r\n"
        b"\tbh=%h;\r\n\tb=%b"],
}


def mail_of(shape, keys, chance, now):
    mail = plain_mail(chance)
    for number, tags in enumerate(SHAPES[shape]):
        selector = b"s%d" % number
        by_tags(mail, keys, tags.replace(b"%s", selector).replace(b"%t", b"%d" % now)
                .replace(b"%x", b"%d" % (now + 604800)))
        domain = b"provider.example" if b"provider.example" in tags else b"example.org"
        publish(mail, selector, domain, keys.records[b"ed25519" if b"ed25519" in tags else b"rsa"])
    return mail
