# SpamAssassin's Bayes filter in one process, by its own Perl interface: no rules, no network.
#
# perl spamassassin.pl FOLDER, where its database goes. Commands come on standard input, each a line
# `spam LENGTH`, `ham LENGTH` or `scan LENGTH` and a message of that many bytes. Each scan prints
# the probability of spam; 0.5 where the filter has no opinion.

use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

my $assassin = Mail::SpamAssassin->new({
    local_tests_only   => 1,
    dont_copy_prefs    => 1,
    userprefs_filename => '/dev/null',
    config_text        => <<"CONFIG",
loadplugin Mail::SpamAssassin::Plugin::Bayes
include /usr/share/spamassassin/20_aux_tlds.cf
include /usr/share/spamassassin/60_bayes_stopwords.cf
use_bayes 1
use_learner 1
bayes_path $ARGV[0]/bayes
bayes_min_spam_num 1
bayes_min_ham_num 1
bayes_auto_expire 0
bayes_learn_to_journal 0
CONFIG
});
$assassin->init_learner({ caller_will_untie => 1, learn_to_journal => 0, wait_for_lock => 1 });
my $bayes = $assassin->{bayes_scanner};
my $filter = $assassin->call_plugins('learner_get_implementation');

binmode STDIN;
my ($number, $learning) = (0, 0);
while (my $line = <STDIN>) {
    my ($command, $length) = $line =~ /^(spam|ham|scan) (\d+)$/ or die "no command: $line";
    read(STDIN, my $bytes, $length) == $length or die "the message is cut off";
    my $message = $assassin->parse($bytes, 0);
    if ($command eq 'scan') {
        # It would go on reading what was there before it learned.
        $filter->{store}->untie_db() if $learning;
        $learning = 0;
        my $status = Mail::SpamAssassin::PerMsgStatus->new($assassin, $message);
        my $probability = $filter->scan($status, $message);
        print defined $probability ? $probability : 0.5, "\n";
        $status->finish();
    }
    else {
        $learning = 1;
        # Named, since of two alike it would learn but one.
        $bayes->learn($command eq 'spam', $message, $number++ . '@benchmark');
    }
    $message->finish();
}
$assassin->finish();
