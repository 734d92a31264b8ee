"""The page's own words, Chinese and English, in one table; what articles say is never in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Language = Literal["zh", "en"]

_TABLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # The frame
        "other": ("English", "中文"),
        "leave": ("退出登录", "Log out"),
        "tab.chat": ("问答", "Ask"),
        "tab.articles": ("文章", "Articles"),
        "name.log": ("对话", "Conversation"),
        "name.past": ("对话记录，按 Esc 关闭", "History of conversations; Esc closes it"),
        "name.panel": ("引文出处，按 Esc 返回答案", "Cited article; Esc returns to the answer"),
        "name.reader": ("文章全文", "Full text of the article"),
        "name.copied": ("已复制", "Copied"),
        # Asking
        "ask.box": ("问题", "Question"),
        "ask.hint": ("请输入问题，按回车提问", "Type a question and press Enter"),
        "ask.send": ("提问", "Ask"),
        "ask.stop": ("停止", "Stop"),
        "ask.clear": ("新对话", "New conversation"),
        "ask.retry": ("重试", "Retry"),
        "ask.export": ("导出", "Export"),
        "ask.welcome": (
            "答案逐句引自库中的文章。点句末的编号，可在原文中核对出处。",
            "Every sentence of an answer is quoted or checked against the stored articles. "
            "Click a number to see its source. Questions in Chinese work best.",
        ),
        "ask.examples": ("可以这样问：", "For example:"),
        "ask.offers": ("文章能回答这些问题：", "The articles do answer these:"),
        "panel.empty": (
            "点答案句末的编号，这里会显示所引文章，并标出原句。",
            "Click a number in an answer: the article appears here with the quoted words marked.",
        ),
        "panel.close": ("关闭", "Close"),
        "panel.gone": ("这篇文章已不在库中", "This article is no longer stored"),
        # An answer
        "answer.searching": ("正在查找……", "Searching …"),
        "answer.found": (
            "找到 {count} 段相关文字，正在作答……",
            "{count} passages found, answering …",
        ),
        "answer.working": ("{text}", "Working …"),
        "answer.quoted": ("原文摘录", "Quoted from the articles"),
        "answer.written": ("回答", "Answer"),
        "answer.partial": ("{label}（未写完）", "{label} (not complete)"),
        "answer.none": ("文章中没有找到答案", "The articles do not say"),
        "answer.nearest": ("最接近的文章：", "The nearest articles:"),
        "answer.failed": ("没有答成", "No answer could be given"),
        "answer.failed.next": ("请稍后再试。", "Please try again later."),
        "answer.unread": ("筛选条件读不懂，请改后再问。", "Please mend the filters and ask again."),
        "answer.broken": ("回答没有完成", "The answer was not completed"),
        "answer.broken.next": ("可以再问一次。", "You may ask again."),
        "answer.see": ("查看引文 ", "See citation "),
        "answer.doubt": ("未证实：{reason}", "Not confirmed: {reason}"),
        "answer.doubt.why": ("文章中没有找到依据", "nothing in the articles carries it"),
        "answer.copy": ("复制", "Copy"),
        "answer.up": ("有用", "Useful"),
        "answer.down": ("不对", "Wrong"),
        # An article
        "article.quote": ("引文 {number}", "Citation {number}"),
        "article.original": ("原文", "Original"),
        "article.only": ("只问这篇", "Ask this one only"),
        "article.undated": ("日期不详", "no date"),
        "article.unsigned": ("出处不详", "no publisher"),
        "article.before": ("（前文略）", "(beginning left out)"),
        "article.after": ("（后文略）", "(rest left out)"),
        # Filters
        "scope.open": ("筛选", "Filter"),
        "scope.from": ("最早日期", "From"),
        "scope.to": ("最晚日期", "To"),
        "scope.publisher": ("发布者", "Publisher"),
        "scope.articles": ("文章", "Articles"),
        "scope.clear": ("清除筛选", "Clear"),
        "scope.only": ("只看：{what}", "Only: {what}"),
        "scope.since": ("{day} 起", "since {day}"),
        "scope.until": ("到 {day} 为止", "until {day}"),
        "scope.some": ("{title} 等 {count} 篇", "{title} and more, {count} in all"),
        "scope.unread": ("日期写作 2022-01-31", "write a date as 2022-01-31"),
        "scope.reversed": (
            "最早日期在最晚日期之后，没有文章符合",
            "no article is after the one date and before the other",
        ),
        # Votes
        "vote.why.up": ("好在哪里？（可不填）", "What is good about it? (optional)"),
        "vote.why.down": ("哪里不对？（可不填）", "What is wrong with it? (optional)"),
        "vote.note": (
            "问题、回答和评价会存下，供改进使用。",
            "Question, answer and vote are kept, to improve the answers.",
        ),
        "vote.save": ("提交", "Send"),
        "vote.later": ("不填", "Skip"),
        "vote.thanks": ("已记下，谢谢。", "Noted, thank you."),
        "vote.failed": ("评价暂时存不下来。", "The vote could not be stored."),
        # Kept conversations
        "past.open": ("对话记录", "History"),
        "past.note": (
            "对话保存在这台服务器上，只有这个浏览器能看到；清除浏览器数据后就找不回来了。",
            "Conversations are kept on this server; only this browser sees them. "
            "They are lost to you when its data is cleared.",
        ),
        "past.wanted": ("查找对话", "Search conversations"),
        "past.wanted.hint": ("查找对话", "Search conversations"),
        "past.entry": ("{day} · {turns} 问", "{day} · {turns} asked"),
        "past.more": (
            "这里只列最近的 {count} 段，更早的可以查找。",
            "Only the latest {count} are listed; search for older ones.",
        ),
        "past.nothing": ("没有找到这样的对话。", "No conversation holds this."),
        "past.acts": ("“{title}”的更多操作", "What can be done with “{title}”"),
        "past.rename": ("改名", "Rename"),
        "past.save": ("导出", "Export"),
        "past.forget": ("删除", "Delete"),
        "past.gone": ("这段对话已经删除。", "This conversation has been deleted."),
        "past.failed": ("对话记录暂时不能用。", "The conversations can't be used now."),
        # The shelf
        "shelf.wanted": ("筛选文章", "Find articles"),
        "shelf.wanted.hint": ("按标题或发布者筛选", "By title or publisher"),
        "shelf.all": ("全部发布者", "All publishers"),
        "shelf.publisher": ("{name}（{count}）", "{name} ({count})"),
        "shelf.empty": (
            "从列表中选一篇文章，在这里阅读全文。",
            "Choose an article in the list to read it here.",
        ),
        "shelf.deleted": ("已删除。", "Deleted."),
        "shelf.busy": (
            "另一个进程正在写这个数据目录，这里暂时只能问答，不能收入或删除文章。",
            "Another process is writing to this data directory: articles can be asked about here, "
            "but not added or deleted for now.",
        ),
        "shelf.failed": (
            "没有完成，原因见服务器的日志。",
            "This could not be done; the server's log says why.",
        ),
        "shelf.crowded": (
            "正在收入的文章太多，请稍后再试。",
            "Too many articles are being added; please try again later.",
        ),
        "shelf.type": (
            "这种文件不能收入，能收入的有 {types}",
            "Files of this type can't be added; these can: {types}",
        ),
        "shelf.address": (
            "不是有效的网址，应以 http:// 或 https:// 开头",
            "Not a web address: it should begin with http:// or https://",
        ),
        # The list of articles
        "list.all": ("共 {total} 篇", "{total} in all"),
        "list.part": (
            "共 {total} 篇，第 {first}–{last} 篇",
            "{total} in all, {first}–{last} shown",
        ),
        "list.none": ("{count}。没有符合条件的文章。", "{count}. No article meets the conditions."),
        "list.sort": ("排序", "Sort"),
        "list.newest": ("最新", "Newest"),
        "list.oldest": ("最早", "Oldest"),
        "list.longest": ("篇幅", "Length"),
        "list.title": ("标题", "Title"),
        "list.publisher": ("发布者", "Publisher"),
        "list.date": ("日期", "Date"),
        "list.size": ("字数", "Length"),
        "list.chunks": ("段数", "Chunks"),
        "list.also": ("转载 {count}", "reprints: {count}"),
        "list.about": (
            "{characters} 字 · {chunks} 段",
            "{characters} characters · {chunks} chunks",
        ),
        "list.before": ("上一页", "Previous"),
        "list.after": ("下一页", "Next"),
        "list.page": ("第 {page} / {pages} 页", "Page {page} of {pages}"),
        # Around an article on the shelf
        "about.delete": ("删除这篇文章", "Delete this article"),
        "about.reprints": ("另有 {count} 处转载", "Reprints elsewhere: {count}"),
        "about.web": ("网页", "Web page"),
        "about.whole": ("清洗时没有删去任何文字。", "Cleaning dropped nothing."),
        "about.dropped": ("清洗时删去了 {count} 个字符", "Cleaning dropped {count} characters"),
        "about.kind": ("删去的是", "What was dropped"),
        "about.size": ("字数", "Characters"),
        "about.sample": ("开头", "It begins with"),
        "kind.script": ("脚本", "script"),
        "kind.style": ("样式", "style"),
        "kind.hidden": ("网页上看不见的文字", "text hidden on the page"),
        "kind.markup": ("标记", "markup"),
        "kind.navigation": ("导航", "navigation"),
        "kind.share": ("分享按钮", "share buttons"),
        "kind.advert": ("广告", "advertisement"),
        "kind.comment": ("评论", "comments"),
        "kind.related": ("相关链接", "related links"),
        "kind.teaser": ("别的文章的导读", "teasers of other articles"),
        "kind.notice": ("公告", "notice"),
        "kind.editor": ("编辑署名", "editor's name"),
        "kind.metadata": ("题头信息（已记作出处）", "heading (kept as the source)"),
        "kind.picture": ("图片名", "picture names"),
        "kind.stamp": ("时间戳", "time stamp"),
        "kind.spam": ("垃圾内容", "spam"),
        "kind.duplicate": ("重复的文字", "repeated text"),
        "kind.pinyin": ("夹在字里的拼音", "pinyin between characters"),
        "kind.mojibake": ("乱码", "garbled characters"),
        "kind.invisible": ("不可见的字符", "invisible characters"),
        # What the page's scripts say
        "script.cancel": ("取消", "Cancel"),
        "script.rename": ("给这段对话改名", "Rename this conversation"),
        "script.rename.yes": ("改名", "Rename"),
        "script.forget": (
            "要删除“{title}”这段对话吗？删除后不能恢复。",
            "Delete the conversation “{title}”? It can't be restored.",
        ),
        "script.forget.yes": ("删除", "Delete"),
        "script.pick": ("选择文件", "Choose files"),
        "script.limit": (
            "或拖到这里，每个不超过 {megabytes} MB（{types}）",
            "or drop them here, up to {megabytes} MB each ({types})",
        ),
        "script.urls": ("网址，一行一个", "Web addresses, one a line"),
        "script.urls.hint": ("粘贴网址，一行一个", "Paste addresses"),
        "script.fetch": ("收入网址", "Add addresses"),
        "script.list": ("文章列表", "List of articles"),
        "script.from": ("最早日期", "From"),
        "script.to": ("最晚日期", "To"),
        "script.waiting": ("等待", "waiting"),
        "script.uploading": ("上传", "uploading"),
        "script.uploaded": ("上传 {percent}%", "uploaded {percent}%"),
        "script.fetching": ("取网页", "fetching"),
        "script.working": ("清洗、切分、建索引", "cleaning, cutting, indexing"),
        "script.adding": ("收入中", "adding"),
        "script.progress": ("收入 {done} / {total}", "added {done} of {total}"),
        "script.added": ("收入 {count} 篇", "added: {count}"),
        "script.updated": ("更新 {count} 篇", "updated: {count}"),
        "script.unchanged": ("库中已有 {count} 篇", "already stored: {count}"),
        "script.skipped": ("跳过 {count}", "skipped: {count}"),
        "script.and": ("，", ", "),
        "script.nothing": ("没有文章", "no article"),
        "script.because": ("{source}：{reason}", "{source}: {reason}"),
        "script.failed": ("没有完成，请再试一次。", "This could not be done; please try again."),
        "script.expired": (
            "登录已过期，请重新登录。",
            "The login has expired; please log in again.",
        ),
        "script.large": ("文件太大。", "The file is too large."),
        "script.larger": (
            "文件有 {size} MB，最多 {largest} MB",
            "The file has {size} MB; at most {largest} MB are taken",
        ),
        "script.type": (
            "这种文件不能收入，能收入的有 {types}",
            "Files of this type can't be added; these can: {types}",
        ),
        "script.done": (
            "处理完 {count} 个，结果列在下面。",
            "Done: {count}; what became of each is below.",
        ),
        "script.delete": (
            "要删除《{title}》吗？删除后，回答不再引用它，也不能恢复。",
            "Delete “{title}”? Answers will no longer cite it, and it can't be restored.",
        ),
        "script.delete.yes": ("删除", "Delete"),
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `say("ask.send")`, with values for what is in `{…}`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The words under `key`; a key that is not in the table is a mistake of ours (KeyError)."""
        text = _TABLE[key][self.language == "en"]
        return text.format(**values) if values else text

    @staticmethod
    def known(key: str) -> bool:
        """Whether there are words under `key`."""
        return key in _TABLE


CHINESE, ENGLISH = Words("zh"), Words("en")


def words_in(language: str | None) -> Words:
    """The words of a language; Chinese unless it is `en`."""
    return ENGLISH if language == "en" else CHINESE


def script_words() -> dict[str, dict[str, str]]:
    """For each language what the page's scripts say, without the prefix `script.` of the keys."""
    prefix = "script."
    mine = {key.removeprefix(prefix): _TABLE[key] for key in _TABLE if key.startswith(prefix)}
    return {
        language: {key: both[place] for key, both in mine.items()}
        for place, language in enumerate(("zh", "en"))
    }
