# Words of Onward, English. Sentence case, no exclamation marks, no codes alone:
# what happened, then (in .next) what to do. A failure may have .status, used where the server
# gave a status, and .detail, used where particulars are known.

## States

state-queued = Queued
state-connecting = Connecting
state-downloading = Downloading
state-paused = Paused
state-waiting = Waiting
state-needs-link = Needs a link
state-verifying = Verifying
state-completed = Completed
state-failed = Failed
state-cancelled = Cancelled

## Failures

failure-unknown-host = The server's name was not found.
    .next = Check the network and the spelling of the link.
failure-refused = The server refused the connection.
    .next = It may be down for a while; try again later.
failure-unreachable = The server could not be reached.
    .next = Check the network, then retry; what is here is kept.
failure-no-network = There is no network.
    .detail = There is no network ({ $detail }).
    .next = It goes on by itself when the network is back.
failure-no-name-service = Server names cannot be looked up now.
    .next = It goes on by itself when they can; check the network if this lasts.
failure-broken = The connection broke.
    .next = Retry to go on from here.
failure-stalled = The server stopped sending.
    .next = Retry to go on from here, or try at another time of day.
failure-certificate = The server could not prove who it is.
    .detail = The server could not prove who it is ({ $detail }).
    .next = Check this computer's clock and the link. Only where you trust the server, add it again and accept any certificate.
failure-tls = No secure connection could be made.
    .next = Retry; if it stays so, the server or a proxy on the way is at fault.
failure-proxy = The proxy did not let the connection through.
    .detail = The proxy did not let the connection through ({ $detail }).
    .next = Check the proxy's address, user and password.
failure-busy = The server is busy.
    .status = The server is busy ({ $status }).
    .next = Try again in a few minutes; what is here is kept.
failure-server-error = The server has a fault of its own.
    .status = The server has a fault of its own ({ $status }).
    .next = Try again later; nothing is wrong on this side.
failure-unauthorised = The server asks for a user and a password.
    .status = The server asks for a user and a password ({ $status }).
    .next = Add it again with both: under More options, or with --user.
failure-forbidden = The server does not allow this download.
    .status = The server does not allow this download ({ $status }).
    .next = Sign in on the web page it comes from and copy a fresh link.
failure-not-found = There is no such file on the server.
    .status = There is no such file on the server ({ $status }).
    .next = Check the link, or copy it again from the page it comes from.
failure-gone = The server has removed this file for good.
    .status = The server has removed this file for good ({ $status }).
    .next = Look for it at another place.
failure-link-expired = The server closed the link.
    .status = The server closed the link ({ $status }).
    .next = It worked before, and what is here is kept: give it a fresh link, or retry once this one works again.
failure-page = A web page came instead of the file.
    .next = The link may have expired or need a sign-in; copy a fresh link from the page it comes from.
failure-bad-status = The server gave an answer that is no file.
    .status = The server gave an answer that is no file ({ $status }).
    .next = Open the link in a browser to see what it says.
failure-redirect-loop = The server's redirects lead to no file.
    .status = The server's redirects lead to no file ({ $status }).
    .detail = The server's redirects lead to no file ({ $detail }).
    .next = Open the link in a browser; it may want a sign-in first.
failure-redirect-refused = The server leads to an address that is not safe to follow.
    .detail = The server leads to an address that is not safe to follow ({ $detail }).
    .next = Copy the link again from the page it comes from, beginning with https.
failure-protocol = The server's answer contradicts itself.
    .detail = The server's answer contradicts itself ({ $detail }).
    .next = Nothing wrong was written; retry, or use another place for this file.
failure-changed = The file on the server is no longer the one that was begun.
    .detail = The file on the server is no longer the one that was begun ({ $detail }).
    .next = Retry to fetch the new one; the two are never mixed.
failure-checksum-mismatch = The finished file is not what its checksum says.
    .detail = The finished file is not what its checksum says ({ $detail }).
    .next = Check the checksum; if it is right, fetch the file again from a place you trust.
failure-digest-mismatch = The finished file is not what the server's own digest says.
    .detail = The finished file is not what the server's own digest says ({ $detail }).
    .next = Retry to fetch it anew; if it fails again, the server's digest may be wrong: onward get with --checksum none takes the file as it is.
failure-no-sidecar = No checksum lies beside the file on the server.
    .next = Give the checksum by hand, or go without.
failure-disk-full = The disk is full.
    .detail = The disk is full ({ $detail }).
    .room = The disk is full: { $needed } are needed, { $free } are free ({ $detail }).
    .next = Free some space; it goes on from here.
failure-no-folder = The folder is not there and cannot be made.
    .detail = The folder { $detail } is not there and cannot be made.
    .next = Plug in its disk or make the folder, then retry.
failure-not-writable = The folder cannot be written to.
    .detail = The folder cannot be written to ({ $detail }).
    .next = Allow writing there, or add the download with another folder.
failure-volume-gone = The disk that holds the unfinished file is not there.
    .detail = The disk that holds the unfinished file is not there ({ $detail }).
    .next = Plug it in; it goes on from here by itself.
failure-read-only = The disk takes no writes now.
    .detail = The disk takes no writes now ({ $detail }).
    .next = Allow writing to it; what is here is kept.
failure-disk-error = The disk failed to read or write.
    .detail = The disk failed to read or write ({ $detail }).
    .next = Check the disk, or add the download with a folder on another one.
failure-system-limit = This system allows no more open files.
    .detail = This system allows no more ({ $detail }).
    .next = Close other programs or run fewer downloads at once; it goes on from here.
failure-part-foreign = The unfinished file was changed by something else.
    .detail = The unfinished file was changed by something else ({ $detail }).
    .next = Retry to fetch the file anew; what was found there was left alone.
failure-part-busy = Another program is writing the unfinished file.
    .detail = Another program is writing the unfinished file ({ $detail }).
    .next = End the other one, or let it finish; it goes on from here.
failure-no-roots = No certificate authorities are installed, so no server can be trusted.
    .next = Install the package ca-certificates, then retry.
failure-bad-option = An option of this download cannot be used.
    .detail = An option of this download cannot be used ({ $detail }).
    .next = Add it again without that option.
failure-store = The list of downloads could not be saved.
    .detail = The list of downloads could not be saved ({ $detail }).
    .next = Free some space and check that the data folder can be written to.

## Why a job stands, or is no faster

why-done = It is finished.
why-paused = It was paused here.
why-cancelled = It was cancelled here.
why-turn = It waits for its turn.
why-scheduled = It is set to start at { $time }.
why-hours = These are not its hours. It goes on by itself at { $time }.
why-hours-never = The hours that are set never let it run. Change them in the settings, or start it now.
why-metered = This network is metered (charged by use). It goes on by itself on another one.
why-waiting = { $what } It goes on by itself, at { $time } or sooner.
why-asked = { $what } The server asked to wait until { $time }.
why-connecting = The server was asked and has not sent anything yet.
why-checking = All of it is here and is being checked.
why-limit = It is held to its speed limit of { $speed }.
why-limit-of-all = All downloads together are held to { $speed }.
why-limit-of-queue = The downloads of its queue together are held to { $speed } in these hours.
why-disk = The disk takes the bytes slower than they come.
why-standstill = Nothing comes from the server just now.
why-one-piece = The server gives this file in one piece only, so one connection fetches it.
why-no-length = The server does not say how long the file is, so one connection fetches it.
why-server-cap = { $count ->
    [one] The server bears one connection and no more.
   *[other] The server bears { $count } connections and no more.
 }
why-little = Too little is left to be worth more connections.
why-one-asked = It is set to use one connection.
why-each-connection = The server gives each of the { $count } connections about { $speed }; more connections may bring more.
why-server = Nothing here holds it back: the server or the way to it gives no more.

## Links that are none

url-empty = No link was given.
    .next = Paste one that begins with https:// or http://.
url-blank = The link holds a blank or a line break.
    .next = Copy it again in one piece.
url-too-long = The link is too long.
    .next = Copy it again from the page it comes from.
url-malformed = This is not a link.
    .next = A link begins with https:// or http://.
url-no-host = The link names no server.
    .next = Copy it again in one piece.
url-not-yet = Links that begin with { $scheme } cannot be fetched yet.
    .next = Look for an https link to the same file.
url-scheme = Links that begin with { $scheme } are not fetched.
    .next = A link begins with https:// or http://.

## Fresh links

fit-nothing-held = The new link is taken; nothing was here that it could contradict.
fit-by-validator = The new link fits: the size and the server's mark of the file are equal. What is here is kept.
fit-by-bytes = { $count ->
    [one] The new link fits: one place was compared with what is here and is equal.
   *[other] The new link fits: { $count } places were compared with what is here, and all are equal.
}
misfit-other-size = The new link leads to a file of { $theirs } bytes, not of { $ours }.
    .next = Look for a link to the same file; what is here is kept.
misfit-other-bytes = The new link leads to another file: it differs at byte { $at }.
    .next = Look for a link to the same file; what is here is kept.
misfit-damaged = What is here was damaged at byte { $at }, so nothing shows whether the new link leads to the same file.
    .next = Verify the download (onward verify), which lets go of what is damaged, then give it the link again.
misfit-other-digest = The new link leads to another file: its server tells another digest.
    .next = Look for a link to the same file; what is here is kept.
misfit-other-encoding = The new link sends the file in another encoding.
    .next = Look for another link; what is here is kept.
misfit-page = The new link leads to a web page, not to the file.
    .next = Copy the link of the file itself, after a sign-in where one is needed; what is here is kept.
misfit-no-file = The new link brings no file. { $why }
    .next = It was not taken, and what is here is kept.
misfit-no-ranges = The server of the new link sends no parts of the file, so nothing shows that it is the same one.
    .next = Look for another link, or add this one as a new download; what is here is kept.
misfit-proves-nothing = What is here is all one value, as in many files, so nothing shows that the new link leads to the same one.
    .next = Add it as a new download; what is here is kept.
misfit-not-readable = What is here could not be read to compare the new link with it. { $why }
    .next = The link was not taken.
same-file = This looks like download { $id } ({ $name }), of which { $percent } is here under another link.
    .next = To go on with that one: onward refresh { $id } URL
link-until = The link was to be valid until { $time }.
link-title = New link for { $name }
link-old = Until now from { $host } · { $amount }
link-field = The fresh link
link-looking = It is compared with what is here…
link-use = Use this link
link-taken = { $name }: { $fit }
link-refused = { $name }: { $why }
link-same-file = { $new } looks like { $old }, of which { $percent } is here under another link.

## Lengths of time

time-on-day = { $time } on { $day }
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday
day-monday-short = Mon
day-tuesday-short = Tue
day-wednesday-short = Wed
day-thursday-short = Thu
day-friday-short = Fri
day-saturday-short = Sat
day-sunday-short = Sun
days-all = every day
days-working = Monday to Friday
days-weekend = Saturday and Sunday
days-joint = {", "}
pace-full = at full speed
pace-limit = at most { $speed }
pace-stop = not at all
hours-window = { $days } from { $from } to { $to } { $pace }
hours-whole-day = { $days } all day { $pace }
hours-otherwise = otherwise { $pace }
hours-sentence = { $hours }.
hours-joint = {"; "}
hours-always = At any time, at full speed.
hours-never = Not at all.
hours-limit = At any time, at most { $speed }.
time-seconds = { $s } s
time-minutes = { $m } m { $s } s
time-hours = { $h } h { $m } m
time-days = { $d } d { $h } h

## States on their way

state-pausing = Pausing…
state-cancelling = Cancelling…

## What can be done

action-add-offered = Add…
action-add = Add download
action-resume-all = Resume all
action-pause-all = Pause all
action-find = Search
action-details = Details
action-settings = Settings
action-group-all = Show all downloads
action-group-active = Show active downloads
action-group-waiting = Show waiting downloads
action-group-finished = Show finished downloads
action-group-failed = Show failed downloads
action-select-all = Select all
action-toggle = Pause or resume
action-pause = Pause
action-start-now = Start now
action-schedule = Queue and start time…
action-resume = Resume
action-retry = Retry
action-open = Open
action-reveal = Show in folder
action-copy-link = Copy link
action-new-link = Paste new link…
action-open-page = Open the page it came from
action-continue-older = Continue the older one with this link
action-cancel = Cancel download
action-remove = Remove from list
action-remove-file = Delete with file
action-rename = Rename…
action-move-to-folder = Move to folder…
action-move-top = Move to the top
action-move-up = Move up
action-move-down = Move down
action-move-bottom = Move to the bottom
action-palette = All actions
action-shortcuts = Keyboard shortcuts
action-quit = Quit Onward
rename-title = New name for the file
rename-yes = Rename
palette-hint = What do you want to do?
palette-none = No action has these words.
action-on = { $action } { $name }

## The list

filter-all = All
filter-active = Active
filter-waiting = Waiting
filter-finished = Finished
filter-failed = Failed
comma = {", "}
row-added = added { $time }
column-name = Name
column-progress = Progress
column-speed = Speed
column-left = Time left
column-size = Size
column-added = Added
column-sorted = { $column }, sorted, { $how }
sorted-a-to-z = A to Z
sorted-z-to-a = Z to A
sorted-most-done = most done first
sorted-least-done = least done first
sorted-fastest = fastest first
sorted-slowest = slowest first
sorted-soonest = soonest first
sorted-latest = latest first
sorted-largest = largest first
sorted-smallest = smallest first
sorted-newest = newest first
sorted-oldest = oldest first
columns-reset = As at first
categories = Categories
category-video = Video
category-music = Music
category-pictures = Pictures
category-documents = Documents
category-archives = Archives
category-programs = Programs
category-disk-images = Disk images
category-other = Other
search-hint = Search downloads
amount-of = { $done } of { $total }
amount-so-far = { $done } · size unknown
amount-unknown = Size not known yet
next-try = Next try at { $time }
starts-at = Starts at { $time }
starts-never = The hours that are set never let it run
starts-unmetered = Waits for a network that is not metered
empty-title = No downloads yet
empty-hint = Copy a link and press Ctrl+V here.
empty-add = Type or paste links
empty-match = Nothing here
empty-match-hint = No download here fits the search.
empty-group-hint = No download is in this group.
empty-show-all = Show all
status-active = { $count } active
status-waiting = { $count } waiting
status-paused = { $count } paused
status-failed = { $count } failed
status-free = { $size } free

## Details

details-size = Size
details-speed = Speed
details-rate = { $speed } · { $left } left
details-several = { $count } selected
details-link = Link
details-file = File
details-link-until = Link valid until
details-added = Added
details-finished = Finished
details-part = Unfinished file
details-validator = Known by
details-mirror = Mirror
details-copy-report = Copy report
validator-by-bytes = Nothing the server tells; what was here was compared with what came
tab-overview = Overview
tab-speed = Speed
tab-connections = Connections
tab-map = Map
tab-log = Log
speed-none = Nothing was measured yet.
speed-graph = { $peak } at most, { $average } on average, over { $time }
connections-none = No connection is open.
connection-asking = Asking
connection-receives = Receiving
connection-silent = Nothing comes now
connection-races = Racing another
connection-spoken = Connection { $number } to { $host }, { $state }, { $bytes }, { $speed }
map-none = The size is not known, so there is no map.
map-missing = Missing
map-coming = Coming now
map-some = Some of it here
map-written = Written
map-durable = Safe on disk
map-proved = Proved
map-cell = { $state }: { $from } to { $to }
log-none = Nothing has happened yet.
details-proof = Proof
proof-by-user = Has the checksum you gave ({ $algorithm })
proof-by-sidecar = Has the checksum beside the link ({ $algorithm })
proof-by-server = Has the server's own digest ({ $algorithm })
proof-size-only = Size only; nobody told a digest
proof-length-not-told = None; the server did not say how long the file is
proof-failed-user = Failed: it does not have the checksum you gave ({ $algorithm })
proof-failed-sidecar = Failed: it does not have the checksum beside the link ({ $algorithm })
proof-failed-server = Failed: it does not have the server's own digest ({ $algorithm })
details-limit = Speed limit

## Speed limits

limit-switch = Speed limit
limit-label = Limit
limit-off = Off
limit-off-kept = { $off } ({ $speed } when on)
limit-values = Other speed limits
limit-other = Other…
status-limit = limit { $speed }
status-limit-until = limit { $speed } until { $time }
limit-by-hour = Now { $speed }, by the hours that are set
offer-title = Link copied
offer-links = { $count ->
    [one] { $name } from { $host } was copied
   *[other] { $count } links were copied
}
standing-metered = This network is metered: downloads wait for another one.
standing-go-on = Download anyway
standing-hours = These are not the hours for downloads: they go on at { $time }.
standing-never = The hours that are set never let anything run.
standing-see-hours = Hours…
limit-none = none
limit-unit = Unit of the speed limit
limit-number = A number, as in 500 or 1.5; also with a unit, as in 1.5 { $unit }

## Adding

add-title = Add downloads
add-links = Links, one per line
add-links-hint = https://…
add-bad = Skipped: { $why }
add-twice = given twice, added once
add-known = in the list
add-looking = looking…
add-page = a web page, not a file
add-no-size = size unknown
add-resumable = { $size } · can be resumed
add-not-resumable = { $size } · cannot be resumed
add-show = Show it
add-show-name = Show { $name } in the list
add-give = Give it this link
add-give-name = Give { $name } this link
add-again = Add again
add-again-name = Add { $name } again
add-skipped = { $count ->
    [one] 1 line is no link and is skipped
   *[other] { $count } lines are no links and are skipped
}
add-in-list = { $count ->
    [one] 1 is in the list already
   *[other] { $count } are in the list already
}
add-more = { $count ->
    [one] and one line more
   *[other] and { $count } lines more
}
add-again-all = Add the { $count } already in the list again
add-nothing-new = Nothing is new here.
add-sum = { $size } in all
add-dir = Save to
add-dir-whole = Give the whole path, beginning with /.
add-browse = Browse…
add-recent = Recent folders
add-free = { $free } free
add-too-little = Needs { $needed }, { $free } free
add-name = Name
add-saved-as = Will be saved as { $name }
start-caption = Start
start-now = Now, in its turn
start-at = At a time
start-as-set = As it is
start-later = Not yet (paused)
start-day = Day
start-time = Time of day
start-today = Today
start-tomorrow = Tomorrow
start-date = { $day }, { $date }
start-in = In { $time }
start-no-time = A time of day, as in 01:30
start-past = This time has passed
start-queue = Queue
queue-main = Main queue
when-title = { $count ->
    [one] When { $name } starts
   *[other] When { $count } downloads start
}
when-no-queues = Queues have hours of their own, as in "nights only". There are none yet.
when-hours = Hours and queues…
when-yes = Apply
add-more-options = { $count ->
    [0] More options
   *[other] More options ({ $count } set)
}
add-kept = The other links are kept. “Add download” shows them again.
add-connections = Connections
add-limit = Speed limit
add-checksum = Checksum
add-checksum-hint = sha256:… or the digits alone; auto looks beside the link
add-checksum-kind = This is no checksum Onward knows. Write it as sha256:…, or auto.
add-checksum-digits = A { $kind } checksum has { $count } digits, 0 to 9 and a to f.
add-checksum-of-many = A checksum fits one link only.
add-user = User
add-password = Password
add-headers = Headers
add-headers-hint = Name: value, one per line
add-header-no-colon = Line { $line }: a header is written as Name: value.
add-header-no-name = Line { $line }: what stands before the colon is no header’s name.
add-header-own = Line { $line }: Onward sets { $name } itself.
add-header-broken = Line { $line } holds a character that cannot be sent.
add-cookie = Cookies
add-cookie-hint = a=b; c=d
add-referer = Referrer
add-user-agent = User agent
add-user-agent-hint = Onward’s own
add-line-broken = One of these fields holds a character that cannot be sent.
add-mirrors = Mirrors
add-mirrors-hint = Other links to the same file, one per line
add-mirror-bad = Line { $line }: { $why }
add-mirrors-of-many = Mirrors fit one link only.
add-proxy = Proxy
add-proxy-hint = http://host:3128, socks5://host:1080; the system’s where empty
add-proxy-bad = Write the proxy as http://host:3128 or socks5://host:1080.
add-insecure = Accept any certificate
add-button = { $count ->
    [0] Add
    [one] Add 1 download
   *[other] Add { $count } downloads
}
cancel = Cancel
close = Close

## Settings

settings-title = Settings
settings-search = Search settings
settings-none = No setting has these words.
settings-page = Page
settings-page-general = General
settings-page-folders = Folders and categories
settings-page-connections = Speed and connections
settings-page-hours = Hours and queues
settings-page-servers = Servers
settings-page-desktop = Desktop
settings-page-appearance = Appearance
settings-page-keys = Keys
settings-default = Default: { $value }
settings-reset = Reset “{ $label }” to its default
settings-range = A whole number from { $least } to { $most }
settings-unit-connections = connections
settings-unit-downloads = downloads
settings-unit-attempts = attempts
settings-unit-seconds = seconds
settings-dir = Save new downloads to
settings-close = When the window is closed while downloads run
settings-close-ask = Go on in the tray, or ask
settings-close-go-on = Go on without it
settings-close-quit = Stop them and quit
settings-tray = Icon in the tray
settings-tray-hint = Where the desktop shows such icons.
settings-notifications = Notifications
settings-notifications-hint = When a download is finished, has failed or needs a link, and the window is not in use.
settings-done = When all downloads are done
settings-done-hint = For once. A minute before, you are asked whether you would rather not.
settings-done-nothing = Do nothing
settings-done-quit = Quit Onward
settings-done-sleep = Put the computer to sleep
settings-done-shut-down = Shut the computer down
settings-awake = Keep the computer awake
settings-awake-hint = While bytes flow. It sleeps all the same when you send it to sleep, or close the lid.
settings-metered = Wait on metered networks
settings-metered-hint = Where data is charged by use, as over a phone, downloads wait for another network.
settings-schedule = All downloads
settings-schedule-hint = When downloads may run, and how fast together, by the clock of this computer.
settings-queues = Queues
settings-queues-hint = The downloads of a queue follow its hours as well. New ones are in the main queue.
hours-on = Follow these hours
hours-full = Full speed
hours-at-most = At most
hours-stop = Not at all
hours-pace = How fast
hours-from = From
hours-to = To
hours-to-label = to
hours-remove = Remove these hours
hours-no-day = No day is chosen
hours-next-day = Ends on the next day
hours-all-label = At any time
hours-otherwise-label = At all other times
hours-add = Add hours
queue-name = Name of the queue
queue-no-name = A name is expected
queue-remove = Remove this queue; its downloads go to the main one
queue-add = Add a queue
queue-first-name = Nights
settings-clipboard = Offer links that are copied
settings-clipboard-hint = Nothing is added by itself. On Wayland the clipboard is looked at when this window comes to the front.
settings-autostart = Start when I log in
settings-autostart-hint = In the tray, or as a minimised window where there is no tray.
settings-launch = At the start, unfinished downloads
settings-launch-go-on = go on
settings-launch-stay = stay paused
settings-rules = Folders for some files
settings-rules-hint = The first rule that fits decides where a new download goes, unless a folder was chosen for it by hand.
settings-rule-kind = What the rule looks at
settings-rule-category = Category
settings-rule-endings-hint = iso img tar.gz
settings-rule-endings = Endings
settings-rule-host-hint = *.example.org
settings-rule-host = Server
settings-rule-dir = Folder for these files
settings-rule-add = Add a rule
settings-rule-up = Move the rule up
settings-rule-down = Move the rule down
settings-rule-remove = Remove the rule
settings-rule-no-endings = Give the endings, as in iso img tar.gz.
settings-rule-no-host = Give the server’s name. * stands for anything, as in *.example.org.
settings-connections = Connections per download
settings-connections-hint = For new downloads. Fewer are used where more bring nothing.
settings-per-server = Connections to one server
settings-per-server-hint = Over all downloads from it.
settings-live = Downloads at once
settings-retries = Attempts
settings-retries-hint = So many in a row without one new byte, and a new download gives up.
settings-stall = Standstill
settings-stall-hint = After so long without a byte a new download replaces the connection.
settings-limit = Speed limit for all
settings-limit-on = Use the limit
settings-limit-on-hint = Turned off, its value is kept.
settings-proxy = Proxy
settings-proxy-hint = For every new connection of downloads that name no proxy of their own.
settings-proxy-system = As the system
settings-proxy-none = None
settings-proxy-own = Another
settings-proxy-address-hint = http://host:3128
settings-proxy-address = Address
settings-proxy-bad = Give a link such as http://host:3128 or socks5://host:1080.
settings-servers = Servers that were met
settings-servers-hint = What was learned is used for a week. A number of connections you give stays.
settings-servers-none = Nothing was learned of any server yet.
settings-servers-name = Server
settings-servers-connections = Connections
settings-servers-ranges = Resumes
settings-servers-when = Learned
settings-servers-forget-all = Forget all
settings-server-cap = Connections to { $server }
settings-server-forget = Forget { $server }
settings-ranges-unknown = not seen yet
settings-ranges-yes = yes
settings-ranges-no = no
settings-theme = Theme
settings-density = Rows of the list
settings-comfortable = Comfortable
settings-compact = Compact
settings-units = Sizes
settings-units-hint = How sizes and speeds are shown in the window.
settings-decimal = 1 MB = 1,000,000 bytes
settings-binary = 1 MiB = 1,048,576 bytes
settings-language = Language of the window
settings-keys = Shortcuts
settings-system = As the system
settings-light = Light
settings-dark = Dark
settings-english = English
settings-chinese = 简体中文

## Removing

removed-one = Removed { $name }
removed-many = Removed { $count } downloads
removed-one-part = Removed { $name } · { $size } are deleted in { $secs } s
cancelled-one = Cancelled { $name } · what is here stays
cancelled-many = Cancelled { $count } downloads · what is here stays
removed-many-part = Removed { $count } downloads · { $size } are deleted in { $secs } s
close-title = { $count ->
    [one] A download is not finished
   *[other] { $count } downloads are not finished
}
close-body = { $count ->
    [one] It can go on without the window: start Onward again to see it. Whatever you choose, what is here is kept.
   *[other] They can go on without the window: start Onward again to see them. Whatever you choose, what is here is kept.
}
close-remember = Do this from now on
close-go-on = Go on without the window
close-quit = Stop and quit
delete-title = { $count ->
    [one] Delete { $name }?
   *[other] Delete { $count } downloads?
}
delete-body = { $count ->
    [one] It leaves the list, and its file is deleted from the disk. This cannot be undone.
   *[other] They leave the list, and their files are deleted from the disk. This cannot be undone.
}
delete-yes = Delete

## Notices

toast-undo = Undo
toast-close = Close notice
toast-finished = { $name } is finished
toast-stopped = { $name }: { $why }
toast-open-failed = { $name } could not be opened: { $why }
toast-store-aside = The list of downloads was damaged. It was moved to { $path } and a new one was begun. Add the links again: unfinished files are gone on with as far as their bytes can be proved.
toast-settings-aside = The settings file could not be read. It was moved to { $path }, and the defaults are used.
toast-settings-wrong = { $count ->
    [one] The settings file has a value that cannot be used, for { $keys }. Its default is used.
   *[other] The settings file has values that cannot be used, for { $keys }. Their defaults are used.
}
toast-no-font = No installed font has the signs of Chinese, Japanese and Korean, so some names cannot be read. Install one, as the package fonts-noto-cjk on Debian and Ubuntu, and start Onward again.
toast-settings-unreadable = The settings file could not be read ({ $why }). The defaults are used.
folder-title = { $count ->
    [one] Move { $name } to another folder
   *[other] Move { $count } downloads to another folder
}
folder-hint = What is here goes along, and a running download goes on there.
folder-yes = Move
moved = { $name } goes to { $dir } now.
not-moved = { $name }: { $why }
not-moved-finished = Its file is finished and has its name.
    .next = Show it in its folder and move it there.
not-moved-busy = Something else is being done with it.
    .next = Try again in a moment; nothing was changed.
not-moved-unfinished = It is still on its way from { $dir }, and that could not be finished. { $detail }
    .next = Put that right, then choose the folder again.
not-moved-no-folder = { $dir } is not there.
    .next = Choose a folder that is; nothing was changed.
not-moved-not-writable = Nothing may be written to { $dir }.
    .next = Choose another folder; nothing was changed.
not-moved-read-only = The drive of { $dir } is read-only.
    .next = Choose a folder on another one; nothing was changed.
not-moved-other-volume = { $dir } is on another drive, and what is here would have to be copied there.
    .next = Choose a folder on the same drive, or let it finish and move the file.
not-moved-away = Its unfinished file cannot be reached.
    .next = Connect its drive and try again; nothing was changed.
not-moved-not-ours = Something else stands in the place of its unfinished file.
    .next = Resume it, so that this is looked at, and try again; nothing was changed.
not-moved-in-use = Another program is using its unfinished file.
    .next = End that and try again; nothing was changed.
not-moved-name-taken = No name for it is free in { $dir }.
    .next = Choose another folder; nothing was changed.
not-moved-held = Nothing may be moved out of its folder.
    .next = Make that folder writable and try again; nothing was changed.
not-moved-disk = The disk did not take it to { $dir } ({ $detail }).
    .next = Try again, or choose another folder; nothing was changed.
not-moved-store = The list of downloads could not be saved ({ $detail }).
    .next = Make room on that drive and try again.
not-moved-unsure = It is not confirmed that it is in { $dir }. { $detail }
    .next = This is looked at again before it goes on.
service-gone = The download service does not answer. Close the window and start Onward again.

## curl command lines

curl-read = The curl command was read. What it sends along is under More options.
curl-unfinished = The curl command breaks off: a quote is open, or a value is missing. Copy all of it.
curl-several = Several commands stand here. Paste one at a time.
curl-no-link = The curl command names no link.
curl-sends = The curl command sends something to the server, as a form does. Onward only fetches.
curl-reads-file = The curl command reads a file of this computer, which Onward does not. Put its content in.
curl-header = The curl command’s header { $name } cannot be sent.
curl-option = Onward has nothing like curl’s { $name }. Take it out and paste again.

## The log of a download
# What happened, a line each. The words of causes, changes and the like stand inside such lines.

log-answer = #{ $id } { $asked } → { $status } ({ $millis } ms), { $amount }: { $verdict } · { $from }
log-no-answer = #{ $id } { $asked }: { $why }
log-closed = #{ $id }: { $amount } in { $millis } ms; { $why }
log-other-bytes = #{ $id } brought other bytes than those held, at { $at }
log-if-unchanged = { $asked } if unchanged
log-length-unknown = unknown length
log-bytes = { $count ->
    [one] { $number } byte
   *[other] { $number } bytes
}
verdict-begins = taken, the file begins
verdict-taken = taken
verdict-others-go-on = not taken, the others go on
verdict-not = not taken, { $why }
verdict-complete = nothing is missing
verdict-wrong = not taken, { $amount } held are wrong
verdict-failed = not taken: { $why }
verdict-asked-to-wait = not taken, asked to wait { $secs } s: { $why }
log-again = Closed: { $why }
log-anew = Beginning anew: { $why }
log-changed = The file on the server is another one now: { $why }
change-total = its size differs
change-digest = its digest differs
change-encoding = it is encoded otherwise
change-tag = its entity tag differs
change-tag-only = its entity tag differs, and nothing else
change-date = its date differs
change-bytes = its bytes differ
change-unproved = nothing shows that the parts belong together
log-mirror-known = The server tells of a mirror: { $name }
log-mirror-beside = Mirror { $name } fits ({ $how }): used beside the others
log-mirror-instead = Mirror { $name } fits ({ $how }): used in their place
log-mirror-later = Mirror { $name } is looked at again in { $secs } s: { $why }
log-mirror-differs = Mirror { $name } differs at { $at }, where what is held is wrong
log-mirror-dropped = Mirror { $name } is dropped: { $why }
log-mirror-turned = Going on at mirror { $name }: { $why }
log-fit-nothing-held = nothing is held, and it answers as a file
log-fit-by-validator = size and strong validator are equal
log-fit-by-bytes = { $count ->
    [one] one place compared, and equal
   *[other] { $count } places compared, all equal
}
log-misfit-other-size = its file has { $theirs } bytes, and this one { $ours }
log-misfit-other-bytes = it has other bytes, first at { $at }
log-misfit-damaged = what is held was damaged, at { $at }
log-misfit-other-digest = it tells another digest of the whole
log-misfit-other-encoding = it sends the file encoded otherwise
log-misfit-page = it sends a web page
log-misfit-no-ranges = it sends no parts, so nothing can be compared
log-misfit-proves-nothing = all that could be compared is one byte value, which proves nothing
log-description-known = The server tells of a description: { $name }
log-description-fits = The description { $name } fits; digests: { $digests }, pieces: { $pieces }, links: { $links }
log-description-unused = The description { $name } is not used: { $why }
unused-late = it did not come in time
unused-broken-off = reading it broke off
unused-too-large = it is too large
unused-not-xml = it cannot be read as XML
unused-not-metalink = it is no Metalink
unused-no-file = it describes no file
unused-no-size = it does not say how large the file is
unused-other-size = it is of a file of { $size } bytes
unused-other-digest = its digest is not the one that the server itself tells
unused-several = it does not tell which of its files this is
log-other-number = The part file has another number and the right bytes: gone on with
log-blocks-kept = { $count ->
    [one] One block written before the last end is right and kept
   *[other] { $count } blocks written before the last end are right and kept
}
log-blocks-rotten = { $count ->
    [one] One block is no longer what was written; fetched again
   *[other] { $count } blocks are no longer what was written; fetched again
}
log-taken-up = Taken up again: { $proved } of { $total } were proved
log-wrong = Two answers say that { $amount } held are wrong; fetched again
log-wrong-kept = { $amount } of them are what the description says, and kept
log-repaired = The digest does not fit: { $amount } are fetched again
log-pieces-right = Every piece is what the description says
log-pieces-not-believed = { $count ->
    [one] One piece differs from the description: it is not believed
   *[other] { $count } pieces differ from the description: it is not believed
}
log-pieces-wrong = { $count ->
    [one] One piece ({ $amount }) is not what the description says
   *[other] { $count } pieces ({ $amount }) are not what the description says
}
log-unkept = The record in the unfinished file is not kept any more: { $why }
log-beside = Found beside the link: { $digest }
log-checksum-right = Checksum right: { $digest }
log-server-right = The server's digest is right: { $digest }
log-server-differs = The server's own digest differs: it says { $digest }, found { $found }
log-description-right = The description's digest is right: { $digest }
log-description-digest-differs = The description's own digest differs: it says { $digest }, found { $found }
log-description-other = The description differs from the server: it says { $digest }
log-link-looked = A fresh link is looked at: { $link }
log-link-misfit = The link is not taken: { $why }
log-link-fits = The link is taken: { $how }
log-link-bare = The link is taken: { $how }; headers, cookie and password stay with the old server
log-link-same-file = Download { $id } holds a part of what seems to be the same file
log-waits = Waits { $secs } s, attempt { $attempt }: { $why }
log-waits-asked = Waits { $secs } s, as it was asked ({ $asked } s), attempt { $attempt }: { $why }
log-slept = The computer slept for { $time }
log-network-changed = The network changed
log-kept = Stopped until { $time }
log-kept-never = Stopped: the hours that are set never let it run
log-kept-metered = Stopped until the network is not metered
log-room-again = The volume has room again, or is back
log-moved = Its folder is { $dir } now
log-not-moved = It stays in its folder: { $why }
log-moved-unsure = It is not confirmed that it is in { $dir }: { $why }
log-stopped = Stopped: { $why }
log-length-not-told = Finished; the server did not say how long the file is
log-finished = Finished

## Particular reasons

cause-with = { $cause }: { $detail }
cause-given-back = given back, the others go on
cause-no-more-connections = the server bears no more connections
cause-closed-unanswered = the connection was closed before an answer
cause-closed-asked-plainly = the connection was closed before an answer, asking without a range
cause-ended-others-go-on = the answer ended early, the others go on
cause-ended-early = the answer ended before the file
cause-broke-others-go-on = the connection broke, the others go on
cause-broke = the connection broke
cause-seam-not-compared = a seam could not be compared, asked once more
cause-parts-unproved = nothing shows that the parts belong together
cause-no-http = the answer was no HTTP, asked once more
cause-corrupt-answer = the answer is not what its own digest says, asked once more
cause-no-new-byte = the answer ended without a new byte
cause-closed = closed
cause-not-found-once = not found, asked once more
cause-place-failed-others-go-on = one place failed, the others go on
cause-not-as-described = bytes came that are not what the description says
cause-mirror-differs = a mirror brought other bytes
cause-gives-no-file = it does not give the file
cause-not-the-files-bytes = its bytes are not those of the file
cause-brought-wrong-pieces = it brought bytes that are not what the file's description says
cause-whole-digest = the digest of the whole does not fit
cause-no-seam = it does not read across a seam
cause-odd-condition = a conditional answer to no such condition
cause-dislikes-range = the server dislikes the range
cause-other-server = the connection is for another server
cause-odd-coding = the body was sent in a coding nobody asked for
cause-part-for-whole = a part was sent and the whole asked for
cause-several-parts = several parts were sent and one asked for
cause-part-encoded = a part was sent encoded
cause-other-range = another range was sent than asked for
cause-part-unnamed = a part came that does not say which part it is
cause-part-as-whole = a part was sent and called the whole
cause-whole-unchanged = the whole was sent though nothing changed
cause-range-refused-unsaid = the range was refused without a reason
cause-range-refused = the range was refused
cause-whole-for-part = the whole was sent for a part
cause-nothing-tells = nothing tells that this is the same file
cause-nothing-before = nothing held lies before what was sent, comparing from the start
cause-not-from-start = the file was not sent from its start
cause-begun-elsewhere = another connection has begun the file
cause-bytes-missing = the server says nothing is left, but bytes are missing
cause-tag-others-go-on = only the entity tag differs, the others go on
cause-other-file-once = another file was sent for a part, asked once more
cause-tag-once = only the entity tag differs, asked once more
cause-tag-checksum-decides = only the entity tag differs, the checksum will decide
cause-changed-anew = the file has changed on the server, beginning anew
cause-bytes-anew = the file's bytes are no longer those held, beginning anew
cause-bytes-from-start = the bytes differ from those held, comparing from the start
cause-answers-differ = two answers differ, asked once more
cause-answers-differ-anew = two answers differ, beginning anew with one connection
cause-surplus = more connections brought no more
cause-silent-among-others = it brought nothing while others did
cause-slow-among-others = it was far slower than the others
cause-unwanted = no longer wanted
cause-through = through
cause-silent-after-change = it brought nothing after the computer woke or the network changed
cause-place-failed = the place failed
cause-part-is-looked-at = an unfinished file is looked at
cause-part-gone = the part file is gone
cause-part-replaced = something else stands in the part file's place
cause-part-is-another = another file stands in the part file's place
cause-crumbs = the server sends the file in crumbs
cause-answers-corrupt = its answers are not what their own digests say
cause-another-every-time = the server sends another file with every answer
cause-mirrors-file-changed = the mirror's file is another one
cause-no-route = no route leads there
cause-no-server-reached = no server can be reached
cause-https-to-http = it leads from https to http, where anyone could change the file
cause-redirects-without-end = it goes from one address to the next without end
cause-redirect-nowhere = it does not say where to
cause-length-unknown = the file's length is not known
cause-bytes-missing-at-end = bytes are missing at the end
cause-nothing-to-ask = nothing is left to ask for
cause-tag-unsendable = the server's ETag cannot be sent back
cause-name-unusable = the file's name cannot be used
cause-work-broken-off = the work was broken off
cause-sync-broken-off = the sync was broken off
cause-not-durable = what was written could not be made durable
cause-quota-used-up = the share of it that you are given, your quota, is used up
cause-service-ended = the service has ended
cause-no-link = the job has no link
cause-proxy-unusable = the proxy's address cannot be used
cause-no-answer = no answer came
cause-no-checksum-came = the checksum beside the link did not come
cause-took-too-long = it took too long
cause-no-byte-came = no byte came
cause-ended = the answer ended early
cause-sent-encoded = the server sends the file encoded, though asked not to
cause-task-broke = broke off
cause-no-sign = it gave no sign of life

## Beside the window: tray and notifications

tray-show = Show Onward
tray-clipboard = Add from clipboard
tray-limit = Limit the speed
notice-finished = { $count ->
    [one] Download finished
   *[other] { $count } downloads finished
}
notice-failed = { $count ->
    [one] Download failed
   *[other] { $count } downloads failed
}
notice-needs-link = { $count ->
    [one] A download needs a new link
   *[other] { $count } downloads need new links
}
notice-paste-link = Paste link
notice-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
notice-aside = Downloads go on without the window
notice-aside-tray = The icon in the tray brings it back.
notice-aside-start = Start Onward again to see it.
awake-reason = Downloads are running
ending-title = All downloads are done
ending-quit = Onward quits in { $secs } s.
ending-sleep = The computer goes to sleep in { $secs } s.
ending-shut-down = The computer shuts down in { $secs } s.
ending-no = Not now
ending-failed = The computer could not be told to: { $why }
