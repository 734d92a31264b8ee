"""Where a person's name ends: 周建军陪同 begins with 周建军, 黄伟表示 with 黄伟."""

import re

# The surnames of nearly everybody; a name that begins otherwise is not read.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余于杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴"
    "莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童"
    "凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆农司卓古吉缪简车项连"
    "芦麦褚娄窦戚岑景费卜冷晏席卫米柏宗瞿桂佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘"
    "池查麻苑迟邝封谈匡鞠惠荆乐冀胥南班储原栗燕楚常向洪水阚邸谌揭闻亓郗綦廉晋敬尧展"
)
_BEGINS = re.compile(rf"(?:欧阳|司马|诸葛|上官|司徒|皇甫|东方|尉迟|公孙|令狐|[{_SURNAMES}])[一-鿿]")
# Words that begin as names do.
_NO_NAME = re.compile(
    "高[度兴位]|任[何命务]|安排|方面|金[融钱]|明[确显]|包[括含]|成[功员立]|项目|解[决读释]|江[西苏]|黄山"
    "|马上|石油|水[利平]|洪水|白天|应[邀当]|单位|农[业村工]|谈到|左右|华侨|贺信|查看|连续|祝贺|司法|何时|管理"
    "|严[肃格]|万众|古城|商务|荣获|苗族|龙头|温度|康复|毕业|程[序度]|车间|常[务委常]|路线|施[工行]|范围|房屋"
    "|文[化明旅]|齐抓|向[前全与参]|牛羊|乐于|于是|纪[委检]|申[请报]|阳光|沙龙|蓝天|边境|席[就位]"
)
_HAN = re.compile("[一-鿿]")
# What begins with these follows a name; the characters stand in hardly any.
_FOLLOWS = re.compile(
    "[和与及等率赴带到在对就将被把由说是于出表主陪任]|担任|一[同行起]|共同|先后|分别|现场|介绍|强调|指出|参[加与]"
    "|致[辞词]|宣[布读]|通报|汇报|提出|会[见后]|讲话|签[署约字]|代表|受邀|调研|考察|随团|认为|深入|前往|领衔"
    "|回应|发言|走访|听取|看望|透露|告诉|坦言|建议|希望|作[为了出]"
)
# Characters that may stand third in a name, and begin what follows one of three.
_DOES = re.compile(
    "[来指强介参作致宣通汇报提会见讲谈签向为受接还也均分一调考随同共代认先深前围结要了从以重首现详进走专领"
    "发回询听看颁揭剪开按下安]"
)
_HOLDS = re.compile(
    r"(?:^|[^一-鿿]|[和与由])([一-鿿]{2,4}?)(?:现任|时任|出任|担任|兼任|当选为?|[任是为，,])?$"
)


def name_at(text: str) -> str:
    """Read the person's name that a simplified text begins with.

    Returns:
        Two or three characters, up to four where the surname has two; empty where the text begins
        with no name, or nothing tells where it ends.
    """
    begins = _BEGINS.match(text)
    if not begins or _NO_NAME.match(text):
        return ""
    short, rest = begins.group(), text[begins.end() :]
    if "·" in rest[:3]:
        return ""
    if not _HAN.match(rest) or _FOLLOWS.match(rest):
        return short
    if not _HAN.match(rest, 1) or _FOLLOWS.match(rest, 1) or _DOES.match(rest, 1):
        return short + rest[0]
    return short if _DOES.match(rest) else ""


def name_before(text: str) -> str:
    """Read the name that a simplified text ends with, or of whom it ends in 任, 担任, 是."""
    holds = _HOLDS.search(text)
    return holds[1] if holds and name_at(holds[1]) == holds[1] else ""
