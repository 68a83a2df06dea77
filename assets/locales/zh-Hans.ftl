# Onward 的简体中文用语。先说发生了什么，再(在 .next 里)说怎么办。
# 服务器给出状态码时用 .status，知道细节时用 .detail。

## 状态

state-queued = 排队中
state-connecting = 连接中
state-downloading = 下载中
state-paused = 已暂停
state-waiting = 等待中
state-needs-link = 需要新链接
state-verifying = 校验中
state-completed = 已完成
state-failed = 失败
state-cancelled = 已取消

## 失败原因

failure-unknown-host = 找不到这个服务器。
    .next = 请检查网络和链接的拼写。
failure-refused = 服务器拒绝了连接。
    .next = 它可能暂时停机，请稍后再试。
failure-unreachable = 无法连接到服务器。
    .next = 请检查网络后重试，已下载的部分都会保留。
failure-no-network = 没有网络。
    .detail = 没有网络（{ $detail }）。
    .next = 网络恢复后会自动继续。
failure-no-name-service = 目前无法解析服务器名称。
    .next = 能够解析时会自动继续；若持续如此请检查网络。
failure-broken = 连接中断了。
    .next = 重试即可从这里继续。
failure-stalled = 服务器不再发送数据。
    .next = 重试即可从这里继续，也可以换个时间再试。
failure-certificate = 服务器无法证明自己的身份。
    .detail = 服务器无法证明自己的身份（{ $detail }）。
    .next = 请检查本机时间和链接；确实信任该服务器时，可重新添加并选择接受任何证书。
failure-tls = 无法建立安全连接。
    .next = 请重试；若一直如此，问题在服务器或途中的代理。
failure-proxy = 代理没有放行这个连接。
    .detail = 代理没有放行这个连接（{ $detail }）。
    .next = 请检查代理的地址、用户名和密码。
failure-busy = 服务器繁忙。
    .status = 服务器繁忙（{ $status }）。
    .next = 请过几分钟再试，已下载的部分都会保留。
failure-server-error = 服务器自身出了故障。
    .status = 服务器自身出了故障（{ $status }）。
    .next = 请稍后再试，本机一切正常。
failure-unauthorised = 服务器要求用户名和密码。
    .status = 服务器要求用户名和密码（{ $status }）。
    .next = 请带上用户名和密码重新添加：填在“更多选项”中，或用 --user。
failure-forbidden = 服务器不允许下载这个文件。
    .status = 服务器不允许下载这个文件（{ $status }）。
    .next = 请在来源网页登录后重新复制链接。
failure-not-found = 服务器上没有这个文件。
    .status = 服务器上没有这个文件（{ $status }）。
    .next = 请检查链接，或从来源网页重新复制。
failure-gone = 服务器已永久删除这个文件。
    .status = 服务器已永久删除这个文件（{ $status }）。
    .next = 请到别处寻找。
failure-link-expired = 服务器关闭了这个链接。
    .status = 服务器关闭了这个链接（{ $status }）。
    .next = 它之前可用，已下载的部分都会保留：请换上新链接，或等它恢复后重试。
failure-page = 收到的是网页，不是文件。
    .next = 链接可能已过期或需要登录，请从来源网页重新复制。
failure-bad-status = 服务器的应答不是文件。
    .status = 服务器的应答不是文件（{ $status }）。
    .next = 请用浏览器打开链接看看它说什么。
failure-redirect-loop = 服务器的跳转没有通向任何文件。
    .status = 服务器的跳转没有通向任何文件（{ $status }）。
    .detail = 服务器的跳转没有通向任何文件（{ $detail }）。
    .next = 请用浏览器打开链接，可能需要先登录。
failure-redirect-refused = 服务器要跳转到不安全的地址。
    .detail = 服务器要跳转到不安全的地址（{ $detail }）。
    .next = 请从来源网页重新复制以 https 开头的链接。
failure-protocol = 服务器的应答自相矛盾。
    .detail = 服务器的应答自相矛盾（{ $detail }）。
    .next = 没有写入任何错误数据；请重试或换一个来源。
failure-changed = 服务器上的文件已不是当初那一个。
    .detail = 服务器上的文件已不是当初那一个（{ $detail }）。
    .next = 重试即可下载新文件，两者绝不会混在一起。
failure-checksum-mismatch = 下载完的文件与校验值不符。
    .detail = 下载完的文件与校验值不符（{ $detail }）。
    .next = 请核对校验值；若无误，请从可信的来源重新下载。
failure-digest-mismatch = 下载完的文件与服务器自己给出的摘要不符。
    .detail = 下载完的文件与服务器自己给出的摘要不符（{ $detail }）。
    .next = 重试即可重新下载；若仍然失败，可能是服务器的摘要有误：用 onward get 加 --checksum none 可保留文件。
failure-no-sidecar = 服务器上没有附带校验值。
    .next = 请手动填写校验值，或不做校验。
failure-disk-full = 磁盘已满。
    .detail = 磁盘已满（{ $detail }）。
    .room = 磁盘已满：需要 { $needed }，可用 { $free }（{ $detail }）。
    .next = 请腾出空间，之后从这里继续。
failure-no-folder = 文件夹不存在，也无法创建。
    .detail = 文件夹 { $detail } 不存在，也无法创建。
    .next = 请接上磁盘或创建文件夹后重试。
failure-not-writable = 文件夹无法写入。
    .detail = 文件夹无法写入（{ $detail }）。
    .next = 请允许写入，或换一个文件夹重新添加。
failure-volume-gone = 存放未完成文件的磁盘不在。
    .detail = 存放未完成文件的磁盘不在（{ $detail }）。
    .next = 请接上该磁盘，之后会自动从这里继续。
failure-read-only = 磁盘目前不可写入。
    .detail = 磁盘目前不可写入（{ $detail }）。
    .next = 请允许写入，已下载的部分都会保留。
failure-disk-error = 磁盘读写出错。
    .detail = 磁盘读写出错（{ $detail }）。
    .next = 请检查磁盘，或换到另一块磁盘上的文件夹重新添加。
failure-system-limit = 系统不允许再打开文件。
    .detail = 系统资源已达上限（{ $detail }）。
    .next = 请关闭其他程序或减少同时下载的数量，之后从这里继续。
failure-part-foreign = 未完成的文件被别的程序改动过。
    .detail = 未完成的文件被别的程序改动过（{ $detail }）。
    .next = 重试即可重新下载；那里的内容未被触动。
failure-part-busy = 另一个程序正在写入未完成的文件。
    .detail = 另一个程序正在写入未完成的文件（{ $detail }）。
    .next = 请结束该程序或等它下载完，之后从这里继续。
failure-no-roots = 系统没有安装根证书，无法信任任何服务器。
    .next = 请安装 ca-certificates 软件包后重试。
failure-bad-option = 这个下载的某个选项无法使用。
    .detail = 这个下载的某个选项无法使用（{ $detail }）。
    .next = 请去掉该选项重新添加。
failure-scheduled = 还没到开始时间。
    .next = 到时会自动开始。
failure-store = 下载列表无法保存。
    .detail = 下载列表无法保存（{ $detail }）。
    .next = 请腾出空间，并确认数据文件夹可以写入。

## 为何停下或不再更快

why-done = 已完成。
why-paused = 已在此暂停。
why-cancelled = 已在此取消。
why-turn = 等待轮到它。
why-scheduled = 设定于 { $time } 开始。
why-waiting = { $what }将在 { $time } 或更早自动继续。
why-asked = { $what }服务器要求等到 { $time }。
why-connecting = 已向服务器请求，尚未收到数据。
why-checking = 数据已全部到齐，正在校验。
why-limit = 速度受限，上限为 { $speed }。
why-disk = 磁盘写入比下载慢。
why-standstill = 服务器目前没有发送数据。
why-one-piece = 服务器只整个提供此文件，因此只用一个连接。
why-no-length = 服务器未说明文件大小，因此只用一个连接。
why-server-cap = 服务器最多允许 { $count } 个连接。
why-little = 剩余数据太少，不值得增加连接。
why-one-asked = 设定为只用一个连接。
why-each-connection = 服务器给 { $count } 个连接各约 { $speed }，增加连接可能更快。
why-server = 本机没有限制它：服务器或线路只能这么快。

## 不是链接

url-empty = 没有给出链接。
    .next = 请粘贴以 https:// 或 http:// 开头的链接。
url-blank = 链接中有空格或换行。
    .next = 请完整地重新复制。
url-too-long = 链接太长。
    .next = 请从来源网页重新复制。
url-malformed = 这不是链接。
    .next = 链接以 https:// 或 http:// 开头。
url-no-host = 链接中没有服务器。
    .next = 请完整地重新复制。
url-not-yet = 暂不支持以 { $scheme } 开头的链接。
    .next = 请找同一文件的 https 链接。
url-scheme = 不下载以 { $scheme } 开头的链接。
    .next = 链接以 https:// 或 http:// 开头。

## 新链接

fit-nothing-held = 已采用新链接；本机还没有任何内容与它冲突。
fit-by-validator = 新链接相符：大小和服务器的文件标识都相同，已下载的部分都会保留。
fit-by-bytes = 新链接相符：与已下载的内容比对了 { $count } 处，全部相同。
misfit-other-size = 新链接的文件是 { $theirs } 字节，不是 { $ours } 字节。
    .next = 请找同一文件的链接，已下载的部分都会保留。
misfit-other-bytes = 新链接是另一个文件：第 { $at } 字节处不同。
    .next = 请找同一文件的链接，已下载的部分都会保留。
misfit-damaged = 已下载的内容在第 { $at } 字节处损坏，无法判断新链接是否是同一个文件。
    .next = 请先校验这个下载（onward verify），去掉损坏的部分，再换上这个链接。
misfit-other-digest = 新链接是另一个文件：它的服务器给出的摘要不同。
    .next = 请找同一文件的链接，已下载的部分都会保留。
misfit-other-encoding = 新链接以另一种编码发送文件。
    .next = 请换一个链接，已下载的部分都会保留。
misfit-page = 新链接打开的是网页，不是文件。
    .next = 请复制文件本身的链接，需要时先登录；已下载的部分都会保留。
misfit-no-file = 新链接没有给出文件。{ $why }
    .next = 没有采用它，已下载的部分都会保留。
misfit-no-ranges = 新链接的服务器不提供文件的片段，无法证明是同一个文件。
    .next = 请换一个链接，或把它作为新下载添加；已下载的部分都会保留。
misfit-proves-nothing = 已下载的内容全是同一个值，许多文件都是这样，无法证明新链接是同一个文件。
    .next = 请把它作为新下载添加，已下载的部分都会保留。
misfit-not-readable = 无法读取已下载的内容来与新链接比对。{ $why }
    .next = 没有采用这个链接。
same-file = 这看起来是下载 { $id }（{ $name }），它在另一个链接下已完成 { $percent }。
    .next = 要继续那一个：onward refresh { $id } URL
link-until = 链接的有效期到 { $time }。
link-title = { $name } 的新链接
link-old = 原来自 { $host } · { $amount }
link-field = 新链接
link-looking = 正在与已下载的内容比对…
link-use = 使用此链接
link-taken = { $name }：{ $fit }
link-refused = { $name }：{ $why }
link-same-file = { $new } 看起来就是 { $old }，后者在另一个链接下已完成 { $percent }。

## 时长

time-seconds = { $s } 秒
time-minutes = { $m } 分 { $s } 秒
time-hours = { $h } 小时 { $m } 分
time-days = { $d } 天 { $h } 小时

## 进行中的状态

state-pausing = 正在暂停…
state-cancelling = 正在取消…

## 操作

action-add = 添加下载
action-resume-all = 全部继续
action-pause-all = 全部暂停
action-find = 搜索
action-details = 详情
action-settings = 设置
action-group-all = 显示全部下载
action-group-active = 显示进行中的下载
action-group-waiting = 显示等待中的下载
action-group-finished = 显示已完成的下载
action-group-failed = 显示失败的下载
action-select-all = 全选
action-toggle = 暂停或继续
action-pause = 暂停
action-resume = 继续
action-retry = 重试
action-open = 打开
action-reveal = 在文件夹中显示
action-copy-link = 复制链接
action-new-link = 粘贴新链接…
action-open-page = 打开来源网页
action-continue-older = 用此链接继续较早的那个
action-cancel = 取消下载
action-remove = 从列表移除
action-remove-file = 连同文件删除
action-rename = 重命名…
action-move-to-folder = 移到文件夹…
action-move-top = 移到最前
action-move-up = 上移
action-move-down = 下移
action-move-bottom = 移到最后
action-palette = 所有操作
action-shortcuts = 键盘快捷键
action-quit = 退出 Onward
rename-title = 文件的新名称
rename-yes = 重命名
palette-hint = 您想做什么？
palette-none = 没有符合的操作。
action-on = { $action } { $name }

## 列表

filter-all = 全部
filter-active = 进行中
filter-waiting = 等待中
filter-finished = 已完成
filter-failed = 失败
comma = ，
row-added = 添加于 { $time }
column-name = 名称
column-progress = 进度
column-speed = 速度
column-left = 剩余时间
column-size = 大小
column-added = 添加时间
column-sorted = { $column }，已排序，{ $how }
sorted-a-to-z = 从 A 到 Z
sorted-z-to-a = 从 Z 到 A
sorted-most-done = 进度高的在前
sorted-least-done = 进度低的在前
sorted-fastest = 快的在前
sorted-slowest = 慢的在前
sorted-soonest = 先完成的在前
sorted-latest = 后完成的在前
sorted-largest = 大的在前
sorted-smallest = 小的在前
sorted-newest = 新的在前
sorted-oldest = 旧的在前
columns-reset = 恢复原样
categories = 类别
category-video = 视频
category-music = 音乐
category-pictures = 图片
category-documents = 文档
category-archives = 压缩包
category-programs = 程序
category-disk-images = 磁盘映像
category-other = 其他
search-hint = 搜索下载
amount-of = { $done } / { $total }
amount-so-far = { $done } · 大小未知
amount-unknown = 大小未知
next-try = 将于 { $time } 重试
starts-at = 将于 { $time } 开始
empty-title = 还没有下载
empty-hint = 复制链接，然后在这里按 Ctrl+V。
empty-add = 输入或粘贴链接
empty-match = 这里没有内容
empty-match-hint = 没有符合搜索的下载。
empty-group-hint = 此分组中没有下载。
empty-show-all = 显示全部
status-active = { $count } 个进行中
status-waiting = { $count } 个等待中
status-paused = { $count } 个已暂停
status-failed = { $count } 个失败
status-free = 可用 { $size }

## 详情

details-size = 大小
details-speed = 速度
details-rate = { $speed } · 剩余 { $left }
details-several = 已选择 { $count } 个
details-link = 链接
details-file = 文件
details-link-until = 链接有效期至
details-added = 添加时间
details-finished = 完成时间
details-part = 未完成的文件
details-validator = 识别依据
details-mirror = 镜像
details-copy-report = 复制报告
validator-by-bytes = 服务器未提供标记；已将本地内容与收到的内容逐字节比较
tab-overview = 概览
tab-speed = 速度
tab-connections = 连接
tab-map = 分块图
tab-log = 日志
speed-none = 尚无测量数据。
speed-graph = 最高 { $peak }，平均 { $average }，共 { $time }
connections-none = 没有打开的连接。
connection-asking = 正在请求
connection-receives = 正在接收
connection-silent = 暂时没有数据
connection-races = 与另一连接竞速
connection-spoken = 连接 { $number }，{ $host }，{ $state }，{ $bytes }，{ $speed }
map-none = 文件大小未知，因此没有分块图。
map-missing = 缺失
map-coming = 正在到来
map-some = 部分已到
map-written = 已写入
map-durable = 已安全存盘
map-proved = 已校验
map-cell = { $state }：{ $from } 至 { $to }
log-none = 还没有任何记录。
details-proof = 校验
proof-by-user = 与给出的校验值一致（{ $algorithm }）
proof-by-sidecar = 与链接旁的校验值一致（{ $algorithm }）
proof-by-server = 与服务器给出的摘要一致（{ $algorithm }）
proof-size-only = 仅核对了大小，没有可用的摘要
proof-length-not-told = 无法核对，服务器没有告知文件长度
proof-failed-user = 失败：与给出的校验值不符（{ $algorithm }）
proof-failed-sidecar = 失败：与链接旁的校验值不符（{ $algorithm }）
proof-failed-server = 失败：与服务器给出的摘要不符（{ $algorithm }）
details-limit = 限速

## 限速

limit-switch = 限速
limit-label = 限速
limit-off = 关
limit-off-kept = { $off }（开启时 { $speed }）
limit-values = 其他限速
limit-other = 其他…
status-limit = 限速 { $speed }
limit-none = 不限
limit-unit = 限速单位
limit-number = 请输入数字，如 500 或 1.5；也可带单位，如 1.5 { $unit }

## 添加

add-title = 添加下载
add-links = 链接，每行一个
add-links-hint = https://…
add-bad = 已跳过：{ $why }
add-twice = 重复，只添加一次
add-known = 已在列表中
add-looking = 正在查看…
add-page = 是网页，不是文件
add-no-size = 大小未知
add-resumable = { $size } · 可续传
add-not-resumable = { $size } · 不可续传
add-show = 显示
add-show-name = 在列表中显示 { $name }
add-give = 换用此链接
add-give-name = 让 { $name } 换用此链接
add-again = 再次添加
add-again-name = 再次添加 { $name }
add-skipped = { $count } 行不是链接，已跳过
add-in-list = { $count } 个已在列表中
add-more = 还有 { $count } 行
add-again-all = 再次添加列表中已有的 { $count } 个
add-nothing-new = 没有新的链接。
add-sum = 共 { $size }
add-dir = 保存到
add-dir-whole = 请填写以 / 开头的完整路径。
add-browse = 浏览…
add-recent = 最近的文件夹
add-free = 可用空间 { $free }
add-too-little = 需要 { $needed }，可用空间 { $free }
add-name = 文件名
add-saved-as = 将保存为 { $name }
add-start-now = 立即开始
add-more-options = { $count ->
    [0] 更多选项
   *[other] 更多选项（已设 { $count } 项）
}
add-kept = 其他链接已保留，点“添加下载”可再次看到。
add-connections = 连接数
add-limit = 限速
add-checksum = 校验和
add-checksum-hint = sha256:… 或只填数字；auto 会在链接旁查找
add-checksum-kind = 无法识别的校验和。请写成 sha256:… 或 auto。
add-checksum-digits = { $kind } 校验和应为 { $count } 位，由 0 至 9 和 a 至 f 组成。
add-checksum-of-many = 校验和只能用于一个链接。
add-user = 用户名
add-password = 密码
add-headers = 请求头
add-headers-hint = 名称: 值，每行一个
add-header-no-colon = 第 { $line } 行：请求头应写成“名称: 值”。
add-header-no-name = 第 { $line } 行：冒号前不是请求头的名称。
add-header-own = 第 { $line } 行：{ $name } 由 Onward 自行设置。
add-header-broken = 第 { $line } 行含有无法发送的字符。
add-cookie = Cookie
add-cookie-hint = a=b; c=d
add-referer = 来源页
add-user-agent = 用户代理
add-user-agent-hint = Onward 自身的
add-line-broken = 其中一栏含有无法发送的字符。
add-mirrors = 镜像
add-mirrors-hint = 同一文件的其他链接，每行一个
add-mirror-bad = 第 { $line } 行：{ $why }
add-mirrors-of-many = 镜像只能用于一个链接。
add-proxy = 代理
add-proxy-hint = http://host:3128、socks5://host:1080；留空则用系统代理
add-proxy-bad = 请将代理写成 http://host:3128 或 socks5://host:1080。
add-insecure = 接受任何证书
add-button = { $count ->
    [0] 添加
   *[other] 添加 { $count } 个下载
}
cancel = 取消
close = 关闭

## 设置

settings-title = 设置
settings-search = 搜索设置
settings-none = 没有包含这些字词的设置。
settings-page = 页面
settings-page-general = 常规
settings-page-folders = 文件夹与类别
settings-page-connections = 速度与连接
settings-page-servers = 服务器
settings-page-desktop = 桌面
settings-page-appearance = 外观
settings-page-keys = 快捷键
settings-default = 默认：{ $value }
settings-reset = 将“{ $label }”恢复为默认值
settings-range = 请输入 { $least } 至 { $most } 的整数
settings-unit-connections = 个连接
settings-unit-downloads = 个下载
settings-unit-attempts = 次
settings-unit-seconds = 秒
settings-dir = 新下载保存到
settings-close = 下载进行时关闭窗口
settings-close-ask = 在托盘中继续，否则询问
settings-close-go-on = 不显示窗口，继续下载
settings-close-quit = 停止下载并退出
settings-tray = 托盘图标
settings-tray-hint = 在桌面支持此类图标时显示。
settings-notifications = 桌面通知
settings-notifications-hint = 下载完成、失败或需要链接，而您没有在看窗口时通知。
settings-done = 全部下载完成后
settings-done-hint = 仅此一次。执行前一分钟会询问您是否取消。
settings-done-nothing = 什么也不做
settings-done-quit = 退出 Onward
settings-done-sleep = 让电脑睡眠
settings-done-shut-down = 关闭电脑
settings-awake = 保持电脑唤醒
settings-awake-hint = 仅在传输数据时。手动睡眠或合上盖子时照常睡眠。
settings-autostart = 登录时自动启动
settings-autostart-hint = 启动后在托盘中运行；没有托盘时以最小化窗口启动。
settings-launch = 启动时未完成的下载
settings-launch-go-on = 自动继续
settings-launch-stay = 保持暂停
settings-rules = 按文件指定文件夹
settings-rules-hint = 新下载按第一条符合的规则存放，除非为它手动选择了文件夹。
settings-rule-kind = 规则依据
settings-rule-category = 类别
settings-rule-endings-hint = iso img tar.gz
settings-rule-endings = 扩展名
settings-rule-host-hint = *.example.org
settings-rule-host = 服务器
settings-rule-dir = 这些文件的文件夹
settings-rule-add = 添加规则
settings-rule-up = 上移规则
settings-rule-down = 下移规则
settings-rule-remove = 删除规则
settings-rule-no-endings = 请填写扩展名，例如 iso img tar.gz。
settings-rule-no-host = 请填写服务器名称。* 代表任意字符，例如 *.example.org。
settings-connections = 每个下载的连接数
settings-connections-hint = 用于新下载。连接再多也不加快时会少用。
settings-per-server = 每个服务器的连接数
settings-per-server-hint = 来自该服务器的所有下载合计。
settings-live = 同时下载数
settings-retries = 尝试次数
settings-retries-hint = 连续这么多次没有收到新数据，新下载便会放弃。
settings-stall = 停滞时间
settings-stall-hint = 超过此时间没有数据，新下载会更换连接。
settings-limit = 总限速
settings-limit-on = 启用限速
settings-limit-on-hint = 关闭后会保留其数值。
settings-proxy = 代理
settings-proxy-hint = 用于没有单独指定代理的下载的所有新连接。
settings-proxy-system = 跟随系统
settings-proxy-none = 不使用
settings-proxy-own = 自定义
settings-proxy-address-hint = http://host:3128
settings-proxy-address = 地址
settings-proxy-bad = 请填写代理地址，例如 http://host:3128 或 socks5://host:1080。
settings-servers = 接触过的服务器
settings-servers-hint = 了解到的情况保留一周；您填写的连接数会一直有效。
settings-servers-none = 尚未了解任何服务器。
settings-servers-name = 服务器
settings-servers-connections = 连接数
settings-servers-ranges = 续传
settings-servers-when = 了解于
settings-servers-forget-all = 全部忘记
settings-server-cap = { $server } 的连接数
settings-server-forget = 忘记 { $server }
settings-ranges-unknown = 未知
settings-ranges-yes = 支持
settings-ranges-no = 不支持
settings-theme = 主题
settings-density = 列表行
settings-comfortable = 宽松
settings-compact = 紧凑
settings-units = 大小单位
settings-units-hint = 窗口中大小和速度的显示方式。
settings-decimal = 1 MB = 1,000,000 字节
settings-binary = 1 MiB = 1,048,576 字节
settings-language = 窗口语言
settings-keys = 快捷键列表
settings-system = 跟随系统
settings-light = 浅色
settings-dark = 深色
settings-english = English
settings-chinese = 简体中文

## 移除

removed-one = 已移除 { $name }
removed-many = 已移除 { $count } 个下载
removed-one-part = 已移除 { $name } · { $size } 将在 { $secs } 秒后删除
cancelled-one = 已取消 { $name } · 已下载的部分会保留
cancelled-many = 已取消 { $count } 个下载 · 已下载的部分会保留
removed-many-part = 已移除 { $count } 个下载 · { $size } 将在 { $secs } 秒后删除
close-title = 还有 { $count } 个下载未完成
close-body = 没有窗口也可以继续下载，再次启动 Onward 即可看到。无论如何选择，已下载的部分都会保留。
close-remember = 以后都这样
close-go-on = 不显示窗口，继续下载
close-quit = 停止并退出
delete-title = { $count ->
    [1] 删除 { $name }？
   *[other] 删除 { $count } 个下载？
}
delete-body = 将从列表移除，并从磁盘删除文件。此操作无法撤销。
delete-yes = 删除

## 通知

toast-undo = 撤销
toast-close = 关闭通知
toast-finished = { $name } 已下载完成
toast-stopped = { $name }：{ $why }
toast-open-failed = 无法打开 { $name }：{ $why }
toast-store-aside = 下载列表已损坏，已移至 { $path }，并新建了列表。请重新添加链接：未完成的文件中能够验证的内容会保留并继续下载。
toast-settings-aside = 设置文件无法读取，已移至 { $path }，现使用默认设置。
toast-settings-wrong = 设置文件中 { $keys } 的值无法使用，现使用其默认值。
toast-no-font = 没有安装含中文、日文和韩文的字体，有些名称无法显示。请安装一个（Debian 和 Ubuntu 上是 fonts-noto-cjk 软件包），然后重新启动 Onward。
toast-settings-unreadable = 设置文件无法读取（{ $why }），现使用默认设置。
folder-title = { $count ->
    [1] 将 { $name } 移到其他文件夹
   *[other] 将 { $count } 个下载移到其他文件夹
}
folder-hint = 已下载的部分会一起移动，正在进行的下载会在那里继续。
folder-yes = 移动
moved = { $name } 现在保存到 { $dir }。
not-moved = { $name }：{ $why }
not-moved-finished = 文件已经完成并有了名称。
    .next = 请在文件夹中显示它，再自行移动。
not-moved-busy = 正在对它进行其他操作。
    .next = 请稍后再试；没有任何改变。
not-moved-unfinished = 它还在从 { $dir } 移出的途中，而移动未能完成。{ $detail }
    .next = 请先解决这个问题，然后重新选择文件夹。
not-moved-no-folder = { $dir } 不存在。
    .next = 请选择存在的文件夹；没有任何改变。
not-moved-not-writable = 无法写入 { $dir }。
    .next = 请选择其他文件夹；没有任何改变。
not-moved-read-only = { $dir } 所在的磁盘是只读的。
    .next = 请选择其他磁盘上的文件夹；没有任何改变。
not-moved-other-volume = { $dir } 在另一个磁盘上，已下载的部分需要复制过去。
    .next = 请选择同一磁盘上的文件夹，或等它完成后再移动文件。
not-moved-away = 无法访问它未完成的文件。
    .next = 请连接其所在磁盘后再试；没有任何改变。
not-moved-not-ours = 它未完成文件的位置上是别的东西。
    .next = 请先继续下载以便检查，然后再试；没有任何改变。
not-moved-in-use = 另一个程序正在使用它未完成的文件。
    .next = 请结束那个程序后再试；没有任何改变。
not-moved-name-taken = { $dir } 中没有可用的名称。
    .next = 请选择其他文件夹；没有任何改变。
not-moved-held = 无法从它所在的文件夹移出文件。
    .next = 请让该文件夹可写后再试；没有任何改变。
not-moved-disk = 磁盘未能将它移到 { $dir }（{ $detail }）。
    .next = 请再试，或选择其他文件夹；没有任何改变。
not-moved-store = 无法保存下载列表（{ $detail }）。
    .next = 请在那个磁盘上腾出空间后再试。
not-moved-unsure = 尚未确认它已在 { $dir } 中。{ $detail }
    .next = 继续之前会再次检查。
service-gone = 下载服务没有响应。请关闭窗口后重新启动 Onward。

## curl 命令

curl-read = 已读取 curl 命令。其附带内容在“更多选项”中。
curl-unfinished = curl 命令不完整：引号未闭合或缺少值。请完整复制。
curl-several = 这里有多条命令。请一次粘贴一条。
curl-no-link = curl 命令中没有链接。
curl-sends = 此 curl 命令会像表单一样向服务器发送内容。Onward 只下载。
curl-reads-file = 此 curl 命令要读取本机文件，Onward 不会这样做。请直接填入其内容。
curl-header = curl 命令的请求头 { $name } 无法发送。
curl-option = Onward 没有与 curl 的 { $name } 对应的功能。请去掉后重新粘贴。

## 下载日志
# 每行说一件事；原因、变化等用语嵌在这些行里。

log-answer = #{ $id } { $asked } → { $status }（{ $millis } 毫秒），{ $amount }：{ $verdict } · { $from }
log-no-answer = #{ $id } { $asked }：{ $why }
log-closed = #{ $id }：{ $millis } 毫秒内收到 { $amount }；{ $why }
log-other-bytes = #{ $id } 在 { $at } 处收到的字节与已有的不同
log-if-unchanged = { $asked }（若未改变）
log-length-unknown = 长度未知
log-bytes = { $count ->
   *[other] { $number } 字节
}
verdict-begins = 已采用，文件由此开始
verdict-taken = 已采用
verdict-others-go-on = 未采用，其他连接继续
verdict-not = 未采用，{ $why }
verdict-complete = 已全部到齐
verdict-wrong = 未采用，已有的 { $amount } 有误
verdict-failed = 未采用：{ $why }
verdict-asked-to-wait = 未采用，服务器要求等待 { $secs } 秒：{ $why }
log-again = 已关闭：{ $why }
log-anew = 重新开始：{ $why }
log-changed = 服务器上的文件已是另一个：{ $why }
change-total = 大小不同
change-digest = 摘要不同
change-encoding = 编码不同
change-tag = 实体标签（ETag）不同
change-tag-only = 只有实体标签（ETag）不同
change-date = 日期不同
change-bytes = 字节不同
change-unproved = 无法证明各部分属于同一文件
log-mirror-known = 服务器提供了一个镜像：{ $name }
log-mirror-beside = 镜像 { $name } 相符（{ $how }）：与其他来源一起使用
log-mirror-instead = 镜像 { $name } 相符（{ $how }）：代替其他来源使用
log-mirror-later = { $secs } 秒后再查看镜像 { $name }：{ $why }
log-mirror-differs = 镜像 { $name } 在 { $at } 处不同，而那里已有的内容有误
log-mirror-dropped = 不再使用镜像 { $name }：{ $why }
log-mirror-turned = 改由镜像 { $name } 继续：{ $why }
log-fit-nothing-held = 本机还没有内容，它的应答是文件
log-fit-by-validator = 大小和强校验标识都相同
log-fit-by-bytes = 比对了 { $count } 处，全部相同
log-misfit-other-size = 它的文件是 { $theirs } 字节，这个是 { $ours } 字节
log-misfit-other-bytes = 字节不同，首处在 { $at }
log-misfit-damaged = 已有的内容在 { $at } 处损坏
log-misfit-other-digest = 它给出的整体摘要不同
log-misfit-other-encoding = 它以另一种编码发送文件
log-misfit-page = 它发送的是网页
log-misfit-no-ranges = 它不提供文件的片段，无法比对
log-misfit-proves-nothing = 可比对的内容全是同一个字节值，无法证明什么
log-description-known = 服务器提供了文件的描述：{ $name }
log-description-fits = 描述 { $name } 相符；摘要：{ $digests }，分块：{ $pieces }，链接：{ $links }
log-description-unused = 未采用描述 { $name }：{ $why }
unused-late = 没有及时收到
unused-broken-off = 读取中断
unused-too-large = 太大
unused-not-xml = 无法作为 XML 读取
unused-not-metalink = 不是 Metalink
unused-no-file = 没有描述任何文件
unused-no-size = 没有说明文件大小
unused-other-size = 描述的是 { $size } 字节的文件
unused-other-digest = 它的摘要与服务器自己给出的不同
unused-several = 没有说明是其中哪个文件
log-other-number = 未完成文件的编号变了，但字节无误：由此继续
log-blocks-kept = 上次结束前写入的 { $count } 个块无误，予以保留
log-blocks-rotten = { $count } 个块已不是当初写入的内容，将重新下载
log-taken-up = 重新接上：{ $total } 中有 { $proved } 已证实
log-wrong = 两个应答表明已有的 { $amount } 有误，将重新下载
log-wrong-kept = 其中 { $amount } 与描述一致，予以保留
log-repaired = 摘要不符：{ $amount } 将重新下载
log-pieces-right = 每个分块都与描述一致
log-pieces-not-believed = 有 { $count } 个分块与描述不同：不采信该描述
log-pieces-wrong = { $count } 个分块（{ $amount }）与描述不同
log-unkept = 未完成文件中的记录不再保留：{ $why }
log-beside = 在链接旁找到：{ $digest }
log-checksum-right = 校验值正确：{ $digest }
log-server-right = 服务器的摘要正确：{ $digest }
log-server-differs = 服务器自己的摘要不同：它给出 { $digest }，实际为 { $found }
log-description-right = 描述中的摘要正确：{ $digest }
log-description-digest-differs = 描述中的摘要不同：它给出 { $digest }，实际为 { $found }
log-description-other = 描述与服务器不同：它给出 { $digest }
log-link-looked = 正在查看新链接：{ $link }
log-link-misfit = 未采用该链接：{ $why }
log-link-fits = 已采用该链接：{ $how }
log-link-bare = 已采用该链接：{ $how }；请求头、Cookie 和密码不发给新服务器
log-link-same-file = 下载 { $id } 已有的部分似乎属于同一个文件
log-waits = 等待 { $secs } 秒，第 { $attempt } 次尝试：{ $why }
log-waits-asked = 按服务器要求（{ $asked } 秒）等待 { $secs } 秒，第 { $attempt } 次尝试：{ $why }
log-slept = 电脑休眠了 { $time }
log-network-changed = 网络发生了变化
log-room-again = 磁盘又有空间了，或已重新接上
log-moved = 文件夹现在是 { $dir }
log-not-moved = 仍在原文件夹：{ $why }
log-moved-unsure = 尚未确认它已在 { $dir } 中：{ $why }
log-stopped = 已停止：{ $why }
log-length-not-told = 已完成；服务器没有说明文件有多长
log-finished = 已完成

## 具体原因

cause-with = { $cause }：{ $detail }
cause-given-back = 已交还，其他连接继续
cause-no-more-connections = 服务器不接受更多连接
cause-closed-unanswered = 连接在应答之前被关闭
cause-closed-asked-plainly = 连接在应答之前被关闭，改为不带范围请求
cause-ended-others-go-on = 应答提前结束，其他连接继续
cause-ended-early = 应答在文件结束之前就结束了
cause-broke-others-go-on = 连接中断，其他连接继续
cause-broke = 连接中断
cause-seam-not-compared = 一处接缝无法比较，再请求一次
cause-parts-unproved = 无法证明各部分属于同一文件
cause-no-http = 应答不是 HTTP，再请求一次
cause-corrupt-answer = 应答与其自带的摘要不符，再请求一次
cause-no-new-byte = 应答结束时没有带来新的字节
cause-closed = 已关闭
cause-not-found-once = 未找到，再请求一次
cause-place-failed-others-go-on = 一个来源失败，其他来源继续
cause-not-as-described = 收到的字节与描述文件不符
cause-mirror-differs = 某个镜像给出了不同的字节
cause-gives-no-file = 它不提供该文件
cause-not-the-files-bytes = 它的字节不是该文件的字节
cause-brought-wrong-pieces = 它给出的字节与文件的描述不符
cause-whole-digest = 整个文件的摘要不符
cause-no-seam = 它无法跨接缝读取
cause-odd-condition = 未提条件却收到了有条件的应答
cause-dislikes-range = 服务器不接受该范围
cause-other-server = 该连接属于另一台服务器
cause-odd-coding = 正文使用了未请求的编码
cause-part-for-whole = 请求的是整个文件，收到的却是一部分
cause-several-parts = 请求的是一个部分，收到的却是多个
cause-part-encoded = 收到的部分经过了编码
cause-other-range = 收到的范围与请求的不同
cause-part-unnamed = 收到的部分没有说明是哪一段
cause-part-as-whole = 收到的是一部分，却被当作整个文件
cause-whole-unchanged = 文件没有变化，却收到了整个文件
cause-range-refused-unsaid = 范围请求被拒绝，没有说明原因
cause-range-refused = 范围请求被拒绝
cause-whole-for-part = 请求的是一部分，收到的却是整个文件
cause-nothing-tells = 无法证明这是同一个文件
cause-nothing-before = 收到的内容之前没有已有字节，从头比较
cause-not-from-start = 文件不是从头发送的
cause-begun-elsewhere = 另一个连接已开始下载该文件
cause-bytes-missing = 服务器称已全部发送，但仍缺少字节
cause-tag-others-go-on = 只有实体标签（ETag）不同，其他连接继续
cause-other-file-once = 请求一部分时收到了另一个文件，再请求一次
cause-tag-once = 只有实体标签（ETag）不同，再请求一次
cause-tag-checksum-decides = 只有实体标签（ETag）不同，由校验值决定
cause-changed-anew = 服务器上的文件已改变，重新开始
cause-bytes-anew = 文件的字节已与已有的不同，重新开始
cause-bytes-from-start = 字节与已有的不同，从头比较
cause-answers-differ = 两个应答不一致，再请求一次
cause-answers-differ-anew = 两个应答不一致，用一个连接重新开始
cause-surplus = 更多连接没有带来更多速度
cause-silent-among-others = 其他连接有数据，它却没有
cause-slow-among-others = 它比其他连接慢得多
cause-unwanted = 不再需要
cause-through = 已完成
cause-silent-after-change = 电脑唤醒或网络变化后，它没有带来任何数据
cause-place-failed = 该来源失败
cause-part-is-looked-at = 正在检查一个未完成的文件
cause-part-gone = 未完成的文件不见了
cause-part-replaced = 未完成文件的位置上是别的东西
cause-part-is-another = 未完成文件的位置上是另一个文件
cause-crumbs = 服务器每次只发送极少的内容
cause-answers-corrupt = 它的应答与其自带的摘要不符
cause-another-every-time = 服务器每次应答都给出不同的文件
cause-mirrors-file-changed = 镜像上的文件是另一个
cause-no-route = 没有通往那里的路由
cause-no-server-reached = 无法连接任何服务器
cause-https-to-http = 它从 https 转到 http，文件可能被任何人改动
cause-redirects-without-end = 它在多个地址之间不断跳转
cause-redirect-nowhere = 它没有说明跳转到哪里
cause-length-unknown = 文件长度未知
cause-bytes-missing-at-end = 结尾缺少字节
cause-nothing-to-ask = 没有可请求的内容
cause-tag-unsendable = 服务器的 ETag 无法发回
cause-name-unusable = 该文件名无法使用
cause-work-broken-off = 工作被中断
cause-sync-broken-off = 写盘被中断
cause-not-durable = 写入的内容未能可靠保存到磁盘
cause-quota-used-up = 分配给你的配额已用完
cause-service-ended = 下载服务已结束
cause-no-link = 该任务没有链接
cause-proxy-unusable = 代理地址无法使用
cause-no-answer = 没有收到应答
cause-no-checksum-came = 链接旁的校验值没有收到
cause-took-too-long = 耗时过长
cause-no-byte-came = 没有收到任何字节
cause-ended = 应答提前结束
cause-sent-encoded = 服务器发送了编码后的文件，尽管要求不要编码
cause-task-broke = 中断
cause-no-sign = 下载任务没有任何响应

## 窗口之外：托盘与通知

tray-show = 显示 Onward
tray-clipboard = 从剪贴板添加
tray-limit = 限制速度
notice-finished = { $count ->
    [1] 下载完成
   *[other] { $count } 个下载已完成
}
notice-failed = { $count ->
    [1] 下载失败
   *[other] { $count } 个下载失败
}
notice-needs-link = { $count ->
    [1] 有一个下载需要新链接
   *[other] { $count } 个下载需要新链接
}
notice-paste-link = 粘贴链接
notice-more = 以及另外 { $count } 个
notice-aside = 窗口已关闭，下载继续进行
notice-aside-tray = 点击托盘图标即可再次显示窗口。
notice-aside-start = 再次启动 Onward 即可看到。
awake-reason = 正在下载
ending-title = 全部下载已完成
ending-quit = Onward 将在 { $secs } 秒后退出。
ending-sleep = 电脑将在 { $secs } 秒后睡眠。
ending-shut-down = 电脑将在 { $secs } 秒后关机。
ending-no = 暂时不要
ending-failed = 无法让电脑这样做：{ $why }
