/**
 * The shell that stands over a server: it runs the words that it is given, says the process's number
 * first, and ends with it. When its own input ends, which it does at the latest when whoever started
 * it is gone, or when it is told to end itself, it kills the process. Then it removes the folder.
 *
 * The input is moved aside, since a shell gives what it runs in the background an empty one.
 */
export const WARDEN = `
exec 3<&0
sh -c 'echo $$; exec "$@"' sh "$@" 3<&- &
child=$!
{ read -r _ <&3; kill -9 $child; } >/dev/null 2>&1 &
guard=$!
trap 'kill $guard; kill -9 $child; wait $child; rm -rf "$WARDEN_FOLDER"' EXIT
trap 'exit 1' INT TERM HUP
exec 2>/dev/null
wait $child
`;
