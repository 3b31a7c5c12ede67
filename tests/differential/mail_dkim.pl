# Mail::DKIM in the language of auth_verdicts.c: for each mail one line of "domain,selector,result"
# for each signature and "arc,result", separated by tabs.  Beside "mail", it knows
#
#   sign FORM DOMAIN SELECTOR KEYFILE LENGTH     a DKIM-Signature, of c=FORM
#   seal CHAIN DOMAIN SELECTOR KEYFILE LENGTH    an ARC set
#
# which answer with a line that holds a length, and so many bytes of fields.
use strict;
use warnings;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::DNS;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;

package Record { sub new { bless { text => $_[1] }, $_[0] } sub type { 'TXT' } sub txtdata { $_[0]{text} } }

my %zone;
{
    no warnings 'redefine';
    *Mail::DKIM::DNS::query = sub { map { Record->new($_) } @{ $zone{ lc $_[0] } || [] } };
    *Mail::DKIM::DNS::query_async = sub {
        my ($name, $type, %more) = @_;
        my @found = map { Record->new($_) } @{ $zone{ lc $name } || [] };
        my $done = eval { $more{Callbacks}{Success}->(@found) };
        my $why = $@;
        return sub { die $why if $why; $done };
    };
}

sub fed {
    my ($tool, $mail) = @_;
    return eval { $tool->PRINT($mail); $tool->CLOSE; 1 } ? $tool : undef;
}

sub verdicts {
    my ($mail) = @_;
    my $dkim = fed(Mail::DKIM::Verifier->new, $mail);
    my $arc = fed(Mail::DKIM::ARC::Verifier->new, $mail);
    my @words = $dkim ? map { join ',', lc($_->domain || ''), lc($_->selector || ''), $_->result || 'none' }
                            $dkim->signatures : ();
    return join("\t", @words, 'arc,' . ($arc ? $arc->result || 'none' : 'died')) . "\n";
}

sub fields {
    my ($what, $how, $domain, $selector, $key, $mail) = @_;
    my %who = (Domain => $domain, Selector => $selector, KeyFile => $key, Algorithm => 'rsa-sha256');
    my $text = $what eq 'sign'
        ? fed(Mail::DKIM::Signer->new(%who, Method => $how), $mail)->signature->as_string . "\r\n"
        : join '', map { "$_\r\n" } fed(Mail::DKIM::ARC::Signer->new(%who, SrvId => $domain, Chain => $how),
                                        $mail)->as_strings;
    $text =~ s/\r?\n/\r\n/g;
    return length($text) . "\n$text";
}

binmode STDIN;
binmode STDOUT;
$| = 1;
while (my $line = <STDIN>) {
    my ($what, @rest) = split ' ', $line;
    next if $what eq 'now';
    my $length = $rest[-1];
    my $bytes = '';
    read(STDIN, $bytes, $length) if $length;
    if ($what eq 'key') {
        $length ? push(@{ $zone{$rest[0]} }, $bytes) : delete $zone{$rest[0]};
    } elsif ($what eq 'mail') {
        print verdicts($bytes);
    } else {
        print fields($what, @rest[0 .. 3], $bytes);
    }
}
