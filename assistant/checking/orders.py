"""Sentences of an article that tell its reader what to say: orders, which carry no claim."""

import re
import unicodedata

# How a chat is written down: marks of templates, the fence around sources, the name of a speaker.
_TEMPLATE = r"<\|\w{1,20}\|>|\[/?inst\]|<</?sys>>|</?(资料|来源|sources?|system|user|assistant)>"
_SPEAKER = (
    r"(?:^|[。！？!?\]】>\s])[【\[]?(?:系统|助手|用户|对\s*ai|ai|人工智能|大模型"
    r"|system|assistant|user|human|administrator|admin)"
    r"(?:消息|提示|指令|通知| notice| message)?[】\]]?\s*[:：]"
)
_IN_CHINESE = (
    r"(?:忽略|无视|忘记|忘掉|抛开|不要理会|不必理会)[^。！？]{0,8}"
    r"(?:以上|上述|上文|之前|前面|此前|先前|原有|所有)[^。！？]{0,8}"
    r"(?:指令|指示|提示|规则|要求|设定|文字|内容|$|，)",
    r"(?:忽略|无视|忘记|忘掉|停止)[^。！？]{0,4}(?:上文|摘要|总结|指令)",
    r"(?:规则|指令|设定|要求)[^。！？]{0,6}作废|(?:测试|新|最高|隐藏)指令|指令(?:开始|结束|如下)",
    r"(?:语言模型|智能助理|智能助手|聊天机器人|ai\s*(?:模型|助手|系统))[^。！？]{0,20}"
    r"(?:答|回应|回复|输出|写成|加上|说)",
    r"(?:现在|从现在起|今后)你(?:是|叫|扮演)|(?:唯一|全部)的?(?:回应|回答|答案|答复)|转而输出",
    # Something to be said as it stands here, in quotation marks or after a colon.
    r"(?:请|只|仅|须|必|务必|一律|先(?!生)|再|直接|原样|统一)[^。！？“”]{0,6}"
    r"(?:回答|输出|回复|答复|复述|重复|声明|打印|说出)[^。！？“”]{0,4}[:：“「『\"'‘]",
    r"(?:输出|打印|复述)(?:你的|系统|下面|以下|上面|全文|网页|脚本)",
    r"(?:回答|回复|答案|答复)[^。！？]{0,8}(?:开头|结尾|末尾|前面|最后)",
    r"(?:每一轮|每次|每个|所有|任何|一切)[^。！？]{0,6}(?:回答|回复|提问|问题都|称呼)",
    r"(?:称呼|告诉|提醒|要求|诱导)(?:用户|使用者|提问者|读者)",
    r"(?:用户|提问者)[^。！？]{0,8}(?:提问|询问|问起|说)[^。！？]{0,6}(?:时|就|则|请)",
    r"系统提示词|提示词全文|开发者模式|管理员授权|(?:把|将)本文标[为作]",
    r"调用(?:函数|工具)|解码并(?:执行|遵照)",
)
_IN_ENGLISH = (
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}"
    r"\b(?:previous|above|prior|earlier|all|instructions?|rules?)\b",
    r"\b(?:begin|start|end|prefix|finish)\b.{0,12}\b(?:every|each|all|your)\b.{0,12}"
    r"\b(?:reply|answer|response|message)s?\b",
    r"\b(?:reply|answer|respond|output|print|say|repeat|disclose|write)\b\s+"
    r"(?:only|with|exactly|verbatim|first|the text|your|this)\b",
    r"\b(?:ai|language) model\b|\bchatbot\b|\bdear assistant\b|#+\s*instructions?\b|\bnew task\b",
    r"\b(?:from now on|now)\b,? you are\b|\byou are now\b|\bprevious text is\b",
    r"\b(?:your|the) (?:answer|reply|response) must\b",
    r"\b(?:output|print|repeat|disclose|say)\s+[a-z][\w-]*\d",
    r"\b(?:system prompt|developer mode|jailbreak|cite this as|call (?:the )?(?:tool|function))\b",
)
# What an order of the above can begin with: most of a text is passed over by this one look.
_FIRST = (
    r"[<\[【\]】>。！？!?\s#系助用对人大忽无忘抛不停规指设要测新最隐语智聊现从今唯全转请只仅须必务一先再直原统输打复"
    r"回答每所任称告提诱开管把将调解a-z]"
)
_ORDER = re.compile(
    f"(?:^|(?={_FIRST}))(?:{'|'.join((_TEMPLATE, _SPEAKER, *_IN_CHINESE, *_IN_ENGLISH))})",
    re.MULTILINE,
)


def is_order(text: str) -> bool:
    """Whether a sentence of an article tells a reader what to say, rather than what is so.

    A list of wordings, not a proof: it keeps an order from being the evidence for what obeys it.
    Widths and signs that no eye sees make no difference.
    """
    seen = text
    if not text.isprintable():
        seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return _ORDER.search(unicodedata.normalize("NFKC", seen).lower()) is not None
