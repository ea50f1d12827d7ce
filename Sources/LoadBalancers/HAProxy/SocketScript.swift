/// Sends standard input to a socket and prints what comes back: a constant text for a POSIX shell.
///
/// It takes what is there. Perl and Python come first, as they tell why a connection failed and read no path as anything
/// but a path; perl is on every Debian.
enum SocketScript {
  static let unknown: Int32 = 13
  static let notAllowed: Int32 = 14
  static let refused: Int32 = 15
  static let timedOut: Int32 = 16
  static let noTool: Int32 = 17

  /// `$1` is `unix` or `tcp`, `$2` the path or host, `$3` the port, `$4` the seconds it may take.
  static let text = #"""
    if [ "$1" = unix ]; then
      [ -e "$2" ] || [ -L "$2" ] || { echo "$2: no such socket" >&2; exit 13; }
      [ -S "$2" ] || { echo "$2: not a socket" >&2; exit 13; }
      [ -w "$2" ] || { echo "$2: may not be used" >&2; exit 14; }
    fi
    limited() { if command -v timeout >/dev/null 2>&1; then timeout "$@"; else shift; "$@"; fi; }
    if perl -MSocket -e 1 2>/dev/null; then
      exec perl -e '\#(perl)' "$1" "$2" "$3" "$4"
    elif python3 -c '' 2>/dev/null; then
      exec python3 -c '\#(python)' "$1" "$2" "$3" "$4"
    elif command -v socat >/dev/null 2>&1; then
      case $1:$2 in
        tcp:*:*) to="TCP6:[$2]:$3";;
        tcp:*) to=TCP:$2:$3;;
        *[,:\!\"\'\(\{\[\\]*) cd -- "$(dirname -- "$2")" || exit 13; to=UNIX-CONNECT:./$(basename -- "$2");;
        *) to=UNIX-CONNECT:$2;;
      esac
      limited "$4" socat -t "$4" - "$to"
    elif [ "$1" = tcp ] && command -v nc >/dev/null 2>&1; then
      limited "$4" nc -w "$4" "$2" "$3"
    elif nc -h 2>&1 | grep -q -e '-[a-zA-Z]*U'; then
      limited "$4" nc -w "$4" -U "$2"
    else
      echo 'none of perl, python3, socat and nc -U is there' >&2; exit 17
    fi
    code=$?
    case $code in 0) exit 0;; 124) exit 16;; *) exit 15;; esac
    """#

  /// Without a single quote, as it stands between two.
  private static let perl = #"""
    use strict; use Socket;
    my ($kind, $host, $port, $seconds) = @ARGV;
    $SIG{ALRM} = sub { exit 16 }; alarm $seconds;
    sub failed { my $e = $! + 0; print STDERR "$!\n"; exit($e == 2 ? 13 : $e == 13 ? 14 : $e == 111 ? 15 : 18) }
    local $/; my $text = <STDIN>; my $peer; my $s;
    if ($kind eq "unix") {
      $peer = eval { pack_sockaddr_un($host) } or do { print STDERR "the path of the socket is too long\n"; exit 18 };
      socket($s, AF_UNIX, SOCK_STREAM, 0) or failed(); connect($s, $peer) or failed();
    } else {
      my ($error, @found) = Socket::getaddrinfo($host, $port, {socktype => SOCK_STREAM});
      if ($error) { print STDERR "$error\n"; exit 13 }
      for my $one (@found) {
        socket($s, $one->{family}, $one->{socktype}, $one->{protocol}) or next;
        if (connect($s, $one->{addr})) { $peer = 1; last }
      }
      $peer or failed();
    }
    while (length $text) {
      my $n = syswrite($s, $text);
      defined $n or failed();
      substr($text, 0, $n) = "";
    }
    while (1) {
      my $n = sysread($s, my $piece, 65536);
      defined $n or failed();
      last unless $n;
      print $piece;
    }
    """#

  private static let python = #"""
    import socket, sys
    kind, host, port, seconds = sys.argv[1:5]
    try:
        if kind == "unix":
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(int(seconds)); s.connect(host)
        else:
            s = socket.create_connection((host, int(port)), int(seconds))
        s.sendall(sys.stdin.buffer.read())
        while True:
            piece = s.recv(65536)
            if not piece: break
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except socket.timeout: sys.exit(16)
    except socket.gaierror as e: print(e, file=sys.stderr); sys.exit(13)
    except FileNotFoundError: sys.exit(13)
    except PermissionError: sys.exit(14)
    except ConnectionRefusedError: sys.exit(15)
    except OSError as e: print(e, file=sys.stderr); sys.exit(18)
    """#
}
