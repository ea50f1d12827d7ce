/// The constant Perl script of the process that runs commands one after another on the server.
///
/// It does with each what sshd does with a command that has a channel of its own: a session (`setsid`), the user's login
/// shell, pipes for the three streams, and an answer when both streams are at their end and the shell's end is known.
/// What it reads are requests, `LENGTH LENGTH` and a line end, then the command and its standard input, of so many bytes;
/// what it writes is told by `ServedFrames`. It ends with its channel, and what runs then runs on without anyone to write
/// to, as with sshd.
enum CommandServerScript {
  /// What it writes first; before that come at most words of the login shell.
  static let greeting = Array("zdupgrade-serves\n".utf8)

  /// The line for the user's shell, whichever that is: the script has no `'`, `!`, backslash or line end.
  static let line = "exec perl -e '\(script)'"

  private static let script = [setup, running, relaying, main].joined(separator: " ")

  /// `session` makes one, by the number of that call of the machine, which Perl's own file names in its head: to load the
  /// module that knows it takes longer than everything else.
  private static let setup = """
    $0 = "zdupgrade-commands"; $nl = chr 10; $SIG{PIPE} = "IGNORE"; binmode STDIN; binmode STDOUT; \
    $shell = (getpwuid $<)[8] || "/bin/sh"; $name = (split m{/}, $shell)[-1]; \
    if (open my $self, "<", "/proc/self/exe") { binmode $self; sysread $self, my $head, 20; \
    $setsid = { 62 => 112, 183 => 157 }->{unpack "x18 v", $head}; } \
    require POSIX unless $setsid; \
    sub session { if ($setsid) { syscall $setsid; } else { POSIX::setsid(); } } \
    sub put { my $text = join "", @_; my $sent = 0; \
    while ($sent < length $text) { my $n = syswrite STDOUT, $text, length($text) - $sent, $sent; \
    exit unless defined $n; $sent += $n; } } \
    sub hear { sysread(STDIN, $heard, 65536, length $heard) or exit; }
    """

  /// Makes the process for the next command ahead, while one runs whose pipes are given. It reads which command from its
  /// standard input, whose rest is the command's; where nothing comes any more, it ends.
  private static let running = """
    sub exact { my ($wanted) = @_; my $text = ""; \
    while (length $text < $wanted) { sysread(STDIN, $text, $wanted - length $text, length $text) or exit; } return $text; } \
    sub start { my @pipes; \
    for (0 .. 2) { pipe my $out, my $in or return; binmode $out; binmode $in; push @pipes, [$out, $in]; } \
    my $pid = fork; return unless defined $pid; \
    unless ($pid) { close $_ for @_; session(); $SIG{PIPE} = "DEFAULT"; \
    open STDIN, "<&", $pipes[0][0]; open STDOUT, ">&", $pipes[1][1]; open STDERR, ">&", $pipes[2][1]; \
    @pipes = (); binmode STDIN; my $command = exact(exact(12)); \
    exec { $shell } $name, "-c", $command; exit 127; } \
    return ($pid, $pipes[0][1], $pipes[1][0], $pipes[2][0]); }
    """

  /// Writes no more to the command at once than a pipe is sure to take when it takes anything. What the command says goes
  /// with what it says within the next 4 ms, or with its end: that is one packet instead of two for most commands.
  ///
  /// - Returns: what was not written yet.
  private static let relaying = """
    sub relay { my ($input, $sent, $in, $out, $err) = @_; my $said = ""; my %from = (o => $out, e => $err); \
    while (%from) { \
    if ($in and $sent >= length $input) { close $in; undef $in; } \
    my ($r, $w) = ("", ""); vec($r, 0, 1) = 1; vec($r, fileno $_, 1) = 1 for values %from; \
    vec($w, fileno $in, 1) = 1 if $in; \
    my $ready = select($r, $w, undef, length $said ? 0.004 : undef); next if $ready < 0; \
    if (length $said and (not $ready or length $said > 4096)) { put($said); $said = ""; } \
    hear() if vec $r, 0, 1; \
    if ($in and vec $w, fileno $in, 1) { my $n = syswrite $in, $input, 4096, $sent; \
    if (defined $n) { $sent += $n; } else { close $in; undef $in; } } \
    for (keys %from) { next unless vec $r, fileno $from{$_}, 1; \
    if (sysread $from{$_}, my $text, 32768) { $said .= "$_ " . length($text) . $nl . $text; } \
    else { delete $from{$_}; } } } return $said; }
    """

  private static let main = """
    $heard = ""; put("zdupgrade-serves", $nl); my ($next, @pipes) = start(); \
    while (1) { \
    hear() until $heard =~ s/^([0-9]+) ([0-9]+)$nl//; my ($first, $second) = ($1, $2); \
    hear() while length $heard < $first + $second; \
    my $input = sprintf("%012d", $first) . substr $heard, 0, $first + $second, ""; \
    ($next, @pipes) = start() unless $next and not waitpid $next, 1; \
    unless ($next) { put("n 0$nl"); next; } \
    my ($pid, @streams) = ($next, @pipes); my $sent = syswrite $streams[0], $input, 4096; \
    ($next, @pipes) = start(@streams); \
    my $said = relay($input, $sent || 0, @streams); @streams = (); waitpid $pid, 0; \
    put($said, $? & 127 ? "s " . ($? & 127) : "x " . ($? >> 8), $nl); }
    """
}
