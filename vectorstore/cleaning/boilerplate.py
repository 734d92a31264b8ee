"""Boilerplate: lines of a page that are no article text, known by their wording."""

import re
from collections import Counter

# All patterns and words below are compared with the line in simplified script.
_TOKEN = re.compile(r"[^\s|丨/·•▪:：\[\]【】()（）<>《》»›＞≫+_,，、\-—–―.…]+")
_WORDS = {
    "share": "分享 分享到 分享至 分享给好友 一键分享 微信 微博 新浪微博 腾讯微博 朋友圈"
    " 微信好友 微信朋友圈 好友 QQ QQ好友"
    " QQ空间 人人网 豆瓣 贴吧 复制链接 复制网址 打印 打印本页 打印本文 收藏 收藏本文 点赞 评论"
    " 转发 举报 纠错 关注 字号"
    " 字体 小字号 中字号 大字号 字体大小 大 小 中 大中小 默认 超大 标准 特大 时刻新闻"
    " 微信扫一扫 扫一扫 扫码分享"
    " 手机看 手机版 手机阅读 听新闻"
    " 语音播报 朗读 推荐 赞 在看 阅读 阅读量 浏览 浏览量 次 人参与 条评论 参与  我要评论 更多",
    "navigation": "首页 主页 网站首页 返回 返回首页 返回顶部 返回列表 返回主页 返回上一页"
    " 返回上一级 回到顶部 回顶部 顶部 关闭 关闭窗口"
    " 关闭本页 加载更多 查看更多 点击加载更多 更多 展开 展开全文 收起 阅读全文 我的订阅 登录"
    " 注册 登录注册 退出 搜索 请输入关键词 设为首页"
    " 加入收藏 繁体 繁体版 繁體 简体 简体版 English 无障碍 无障碍浏览 无障碍阅读 长者版"
    " 长者模式 长者助手 适老版 适老化 关怀版 网站地图"
    " 联系我们 关于我们 广告 广告服务 客户端 下载客户端 上一篇 下一篇 上一条 下一条 上一页"
    " 下一页 上一版 下一版 阅读下一篇 没有了 暂无"
    " 新闻 要闻 时政 国内 国际 社会 财经 经济 金融 体育 娱乐 科技 教育 健康 文化 旅游 汽车 房产"
    " 军事 评论 视频 图片 专题 直播 滚动 热点"
    " 头条 政务 政务公开 政务服务 互动交流 政民互动 新闻中心 新闻动态 机构概况 信息公开"
    " 通知公告 公告 公示 县区 市州 市县 县市区 部门"
    " 基层 本地 民生 法治 党建 文旅 乡村 生活 美食 时尚 游戏 数码 股票 基金 理财 观点 理论 副刊"
    " 数字报 电子报 版面 目录 正文 当前位置",
    "related": "相关阅读 相关新闻 相关资讯 相关文章 相关报道 相关推荐 相关内容 相关链接"
    " 相关视频 相关专题 相关稿件 延伸阅读 扩展阅读"
    " 推荐阅读 推荐新闻 推荐文章 推荐内容 推荐视频 推荐资讯 阅读推荐 热门推荐 热门新闻 热门文章"
    " 热门资讯 热门评论 热门阅读 热门排行"
    " 热点推荐 热点新闻 热点排行 最新新闻 最新资讯 最新文章 最新评论 最新推荐 最新动态 最新发布"
    " 精彩推荐 精彩图片 精选推荐 精选"
    " 编辑推荐 小编推荐 图文推荐 图片推荐 今日热点 今日推荐 今日头条 今日要闻 新闻推荐 新闻排行"
    " 新闻排行榜 点击排行 阅读排行 阅读排行榜"
    " 人气排行 排行 排行榜 24小时热榜 24小时排行 一周排行 本周热门 热搜 热榜 为您推荐 为你推荐"
    " 猜你喜欢 你可能感兴趣 您可能感兴趣"
    " 你可能还喜欢 您可能还喜欢 大家都在看 大家还在看 大家都在搜 网友都在看 网友评论 全部评论"
    " 精彩评论 发表评论 评论区 我要评论 跟帖"
    " 往期回顾 往期推荐 其他新闻 其他文章 同类文章 同类推荐 栏目推荐 栏目热点 站内推荐 频道推荐"
    " 频道热点 更多新闻 更多资讯 更多文章"
    " 更多报道 更多内容 更多精彩 视频推荐 专题推荐 相似文章 随机推荐 相关标签 阅读下一篇 上一篇"
    " 下一篇 上一条 下一条 要闻推荐 友情链接",
}
_KIND_OF_WORD = [(kind, frozenset(words.lower().split())) for kind, words in _WORDS.items()]
_RELATED = re.compile(
    r"\W*(?:更多(?:关于|与)?\S{0,14}?(?:的)?(?:资讯|新闻|内容|文章|报道|信息)|(?:上"
    r"|下)一[篇条则页]\s*[:：].{2,60})\W*"
)
_LINKED = re.compile(
    r"\W*(?:友情链接|(?:相关|推荐|延伸|扩展)(?:链接|阅读|新闻|报道|文章))\W{0,2}[:：].{2,60}"
)
_PICTURE = re.compile(
    r"\W?(?:[\w()（） .-]{1,80}\.(?:jpe?g|png|gif|bmp|webp|heic|tiff?|mp4|mov)"
    r"|(?:DSC|IMG|DSCN|MVIMG|PANO)[_-]?\d{3,}\w*|(?:微信图片|mmexport)_?\d\w*"
    r"|图[①-⑩\d一二三四五]|图片|配图|插图|查看原图|图片加载中|点击(?:图片)?(?:查看"
    r"|放大)\S{0,6})\W?",
    re.IGNORECASE,
)
_CRUMBS = re.compile(
    r"\W*(?:[您你]?(?:现在|当前)?(?:所在)?(?:的)?位置|当前(?:栏目|页面|频道))\s*(?:是"
    r"|为)?\s*[:：].{0,80}"
    r"|[^\s>]{1,12}(?:\s*[>»›＞≫]{1,2}\s*[^\s>]{1,16}){1,8}\s*[>»›＞]?"
)
_EDITOR = re.compile(
    r"\W*(?:本[期版文])?(?:责任|值班|执行|网络|网站|新媒体|本期|实习|图文|文字)?"
    r"(?:编辑|责编|美编|校对|审核|编审|监制|主编|总监制|审签|签发|统筹|策划|排版|制图"
    r"|[一二三初复终]审|[一二三]校)"
    r"\s*[:：丨|/／][^。！？]{0,60}"
    r"|\W*(?:END|完|全文完|-?30-?)\W*",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"转[载发].{0,14}(?:注明|附上|标明|标注|出处|来源|授权|联系|声明)|未经.{0,14}(?:授权|许可"
    r"|书面|同意|允许).{0,16}(?:转载|使用|摘编|复制|不得|镜像)"
    r"|版权(?:所有|归|声明|为|属)|著作权归|©|Copyright|All Rights Reserved|(?:不|仅|只|并不"
    r"|不必)代表.{0,16}(?:观点|立场|意见|看法)"
    r"|(?:免责|郑重|特别|侵权|广告|风险|原创|版权)(?:声明|提示)|(?:有|涉及|存在|涉嫌)(?:侵权"
    r"|侵犯|异议|版权).{0,24}(?:联系|告知|删除|处理)"
    r"|侵权.{0,8}删|快照.{0,16}(?:采集|生成|收录|时间|查询)|爬虫.{0,12}(?:采集|抓取|收录)"
    r"|原文地址\s*[:：]"
    r"|(?:举报|投稿|报料|爆料|新闻热线|广告合作|商务合作|不良信息).{0,8}(?:邮箱|电话|热线|平台"
    r"|信箱|QQ|方式|[:：])|ICP[备证]|公网安备"
    r"|许可证(?:编号|号)?\s*[:：]|备案(?:编)?号\s*[:：]|网站标识码|(?:主办|承办|主管"
    r"|运营)(?:单位)?\s*[:：]|技术支持\s*[:：]|建议使用.{0,24}浏览器"
    r"|本[站网].{0,20}(?:转载|采集|自动|仅供|不承担|无关|公益|非营利|不对|未对)|凡(?:本网|本站"
    r"|注明|本报)"
    r"|仅供(?:参考|学习|交流|读者)|仅作(?:参考|分享)|不构成.{0,8}建议|来源于?网络",
    re.IGNORECASE,
)
_NOTICE_START = re.compile(
    r"\W*(?:本[文站网页报]|本平台|本公众号|以上|上述|声明|免责|版权|凡|转载|未经|如|若|特别"
    r"|郑重|注|文章|图片|来源|内容|[此该]文|广告"
    r"|风险|温馨|作品|信息|原创|快照|欢迎|投稿|举报|我们|网站|部分|Copyright|©|主办|承办|主管"
    r"|[^，。]{0,12}ICP)",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"(?:扫描?|长按|识别).{0,8}(?:二维码|小程序)|(?:二维码|扫码).{0,8}(?:关注|下载|进入|加入"
    r"|阅读)|(?:下载|安装|打开).{0,12}(?:APP|客户端)"
    r"|尽在.{0,12}(?:APP|客户端)|(?:APP|客户端).{0,4}(?:下载|内打开)|关注.{0,14}(?:公众号"
    r"|视频号|微信号|订阅号|官方微[信博])"
    r"|公众号\s*[:：]|(?:点击|戳).{0,6}(?:下载|关注|购买|抢购|领取|蓝字)|加.{0,4}微信"
    r"|^\W*(?:广告|推广)\W*$|海量资讯"
    r"|(?:限时|立即)(?:抢购|优惠|领取|购买|开户|下载)|免费领取|开户.{0,6}优惠",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\W*(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    r"|\d{1,2}[-/]\d{1,2})(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?\W*"
    r"|\W*(?:\d{1,2}|[半几一二三])个?(?:分钟|小时|天|周|月|年)前\W*"
)
_SHAPES = (
    ("navigation", _CRUMBS),
    ("related", _RELATED),
    ("teaser", _LINKED),
    ("stamp", _STAMP),
    ("editor", _EDITOR),
)
_SNIPPET = re.compile(
    r"(?:\.{3}|…).{8,}|.{12,}(?:\.{3}|…)\s*(?:[\[【(（]?(?:查看|阅读)?(?:详细|详情|全文|更多"
    r"|>+)[\]】)）]?)?"
)
_SEPARATORS = re.compile(r"[|｜丨,，;；、\s/_]+")
_BLOCKED = re.compile(
    r"无码|有码|av|成人|色情|情色|自拍|在线观看|在线播放|免费观看|毛片|熟妇|一区二区|国产精品"
    r"|麻豆|偷拍|黄片|乱码|调教|激情"
    r"|博彩|赌场|娱乐城|百家乐|时时彩|六合彩|开奖|真人|棋牌|老虎机|投注|葡京|威尼斯人|太阳城"
    r"|皇冠|注册送|彩金|下注|赛车|飞艇"
    r"|代开|办证|刻章|私服|外挂|刷单|伟哥|壮阳|减肥药|加微|约炮|体育官网|官网登录|手机版下载"
    r"|app下载",
    re.IGNORECASE,
)
_MENU = re.compile(r"[•·▪◦‣>»|*-] ?\S{1,8}")
_LAST_WORDS = re.compile(
    r"(?<=[。！？!?…”」）)】\s])\s*(?:[(（【\[]?(?:责任编辑|责编|编辑|校对"
    r"|审核)\s*[:：][^。！？，,]{0,24}?[)）】\]]?"
    r"|返回\S{2,6}[，,]查看更多|分享让更多人看到|阅读原文|(?:广告|免责|版权)声明[:：].{0,160}"
    r"|本文(?:属于|为)原创文章[，,].{0,40}|未经许可[，,]禁止.{0,60}"
    r"|版权侵权联系电话[:：][\d-]{5,15}|[(（]完[)）])+\s*$"
)


def kind_of(plain: str) -> str:
    """The kind of a line of at most 200 characters by its wording, an empty string for text.

    picture, share, navigation, related, teaser, stamp, editor, advert, notice or snippet.
    """
    if len(plain) <= 90:
        if _PICTURE.fullmatch(plain):
            return "picture"
        kind = _word_kind(plain) or _shape_kind(plain)
        if kind:
            return kind
    if _NOTICE.search(plain) and (len(plain) <= 40 or _NOTICE_START.match(plain)):
        return "notice"
    return "snippet" if _SNIPPET.fullmatch(plain) else ""


def _shape_kind(plain: str) -> str:
    for kind, pattern in _SHAPES:
        if pattern.fullmatch(plain):
            return kind
    return "advert" if _ADVERT.search(plain) else ""


def _word_kind(plain: str) -> str:
    tokens = _TOKEN.findall(plain.lower())
    if not tokens or len(plain) > 60:
        return "" if tokens else "share"  # Bare rules and dots are ornaments.
    words = [token for token in tokens if not token.isdigit()]
    for kind, known in reversed(_KIND_OF_WORD):
        if words and known.issuperset(words):
            return kind
    mixed = sum(any(word in known for _, known in _KIND_OF_WORD) for word in words)
    return "navigation" if len(words) >= 4 and mixed * 2 >= len(words) else ""


def is_spam(plain: str) -> bool:
    """Whether a line is keywords run together, not sentences.

    No single sign is enough: many short tokens without a full stop, and then two of words of that
    trade, such words in nearly every token, the same word again and again, and pipes between.
    """
    if "。" in plain and plain.count("。") * 200 > len(plain):
        return False
    tokens = [token for token in _SEPARATORS.split(plain[:5000]) if token]
    if len(tokens) < 5 or len(plain[:5000]) > 30 * len(tokens):
        return False
    pairs = Counter(
        pair for token in tokens for pair in {token[i : i + 2] for i in range(len(token) - 1)}
    )
    repeated = bool(pairs) and max(pairs.values()) * 2 >= len(tokens)
    blocked = _BLOCKED.findall(plain[:5000].lower())
    dense = len(blocked) * 5 >= len(tokens) * 4
    piped = len(re.findall(r"[|｜丨_]", plain[:5000])) >= 4
    return (len(set(blocked)) >= 3) + repeated + piped + dense >= 2 and len(set(blocked)) >= 2


def is_menu_entry(text: str) -> bool:
    """Whether a line is a bullet with one short word, as in a menu."""
    return bool(_MENU.fullmatch(text))


def last_words(plain: str) -> int:
    """Where the words begin that a portal sets behind the last sentence of a line; -1 for none."""
    found = _LAST_WORDS.search(plain, max(len(plain) - 200, 0))
    return found.start() if found else -1
