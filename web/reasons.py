"""Reasons in the language of the page: why a source was skipped, why a sentence is doubted."""

import re

from web.words import Words

_MB = r"(\d+) MB"
_REASONS: tuple[tuple[str, str], ...] = (
    (r"unknown file type '(.*)'; known are (.*)", r"不认识的文件类型“\1”，能收入的有 \2"),
    (rf"larger than {_MB}", r"文件大于 \1 MB"),
    (r"empty", "文件是空的"),
    (r"no article text remains after cleaning", "清洗之后没有剩下正文"),
    (r"not text: a binary file under the name of a text", "不是文本，而是改了名的二进制文件"),
    (r"not text: it is full of control characters", "不是文本，里面满是控制字符"),
    (r"marked as (\S+), but broken at byte (\d+)", r"标明是 \1 编码，但从第 \2 个字节起已损坏"),
    (r"not text, or in an encoding.*", "不是文本，或编码无法确定；请另存为 UTF-8"),
    (
        r"mixed encodings: unreadable from character (\d+) on.*",
        r"混用了几种编码，从第 \1 个字起无法读出；请另存为 UTF-8",
    ),
    (r"line (\d+) is not JSON", r"第 \1 行不是 JSON"),
    (r"line (\d+) is not a JSON object", r"第 \1 行不是 JSON 对象"),
    (r"line (\d+) has no text", r"第 \1 行没有 text 字段或正文为空"),
    (rf"line (\d+) is larger than {_MB}", r"第 \1 行大于 \2 MB"),
    (r"line (\d+) is not UTF-8", r"第 \1 行不是 UTF-8 编码"),
    (r"an id that came before in this file.*", "编号与前面的一行相同，以前面的为准"),
    (r"encrypted (PDF|DOCX); save it without a password", r"\1 有密码，请另存为不加密的文件"),
    (r"PDF with an unsupported encryption or filter.*", "PDF 的加密或压缩方式不受支持"),
    (r"damaged (PDF|DOCX).*", r"\1 已损坏"),
    (r"PDF without a text layer.*", "PDF 里没有文字层（可能是扫描件），需要先做文字识别"),
    (
        r"PDF that takes longer than (\d+) s to read; split it",
        r"PDF 超过 \1 秒还没有读完，请拆成几份",
    ),
    (r"not a readable DOCX.*", "读不出这个 DOCX"),
    (r"DOCX without text", "DOCX 里没有文字"),
    (r"DOCX with more than (\d+) entries", r"DOCX 里的部件多于 \1 个"),
    (rf"DOCX that inflates to more than {_MB}", r"DOCX 解压后大于 \1 MB"),
    (r"names no file, folder or URL", "没有写明网址"),
    (r"can't be (read|opened).*", "文件读不出来"),
    (r".*: too slow \(.*\)", "对方太慢，没有在限定的时间内传完"),
    (r".*: can't be fetched.*", "网页取不到"),
    (r".*: redirects from https to http", "从 https 转到了不加密的 http，不予收入"),
    (r".*: more than (\d+) redirects", r"转址多于 \1 次"),
    (r".*: white space or a backslash in a URL", "网址里有空白或反斜杠"),
    (r".*: (not a URL|no valid host|only http and https can be fetched)", "不是有效的网址"),
    (r"a URL with a user name or password.*", "网址里不能带用户名或密码"),
    (r".*: not a public address.*", "不是公网地址；自己的主机可写进 ASSISTANT_ALLOW_HOSTS"),
    (r".*: the server answered (\d+)", r"对方的服务器答复 \1"),
    (r".*: content type .* is not an article's", "网址给出的不是文章的格式"),
    (rf".*: larger than {_MB}", r"网页大于 \1 MB"),
    (r".*: (?:its compression is damaged|compressed as .*)", "网页的压缩已损坏或不受支持"),
    (r".*: no such host", "找不到这个网站"),
    (r".*: port \d+; only 80 and 443 can be fetched", "只取 80 与 443 端口上的网页"),
)
# What checking finds wrong with a sentence. Words in quotation marks are the article's or the
# answer's own, and stay as they are.
_DOUBTS: tuple[tuple[str, str], ...] = (
    (r"没有引用资料", "no article is cited"),
    (r"没有资料写到这句话", "no article says this"),
    (r"所引文[字里]+中?没有“(.*)”", r"“\1” is not in the cited words"),
    (r"所引文字说的是“(.*)”，不是“(.*)”", r"the cited words say “\1”, not “\2”"),
    (r"所引文字说的是“(.*)”", r"the cited words say “\1”"),
    (r"所引文字没有[提写]到“(.*)”", r"the cited words do not mention “\1”"),
    (r"所引文字的说法相反（“(.*)”）", r"the cited words say the opposite (“\1”)"),
    (r"所引文字没有这样的否定", "the cited words do not deny this"),
    (r"所引文字只说“(.*)”", r"the cited words only say “\1”"),
    (r"所引文字与这句话无关", "the cited words are about something else"),
)


def _compiled(table: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in table)


_SKIPPED, _DOUBTED = _compiled(_REASONS), _compiled(_DOUBTS)


def skip_reason(reason: str, say: Words) -> str:
    """Why the store skipped a source; what is not known here is given as it is.

    The store says it in English; addresses and files that it begins with are told beside it.
    """
    if say.language == "en":
        return re.sub(r"^https?://\S+?: ", "", reason)
    return _translated(reason, _SKIPPED) or f"不能收入：{reason}"


def doubt(reason: str, say: Words) -> str:
    """Why a sentence is not confirmed; a reason that has no English here is told in general."""
    if say.language == "en" and reason:
        reason = _translated(reason, _DOUBTED)
    return reason or say("answer.doubt.why")


def _translated(reason: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    """The reason in the words of the table; empty if it is not in it."""
    for pattern, words in table:
        found = pattern.fullmatch(reason)
        if found:
            return found.expand(words)
    return ""
