"""Names: lists of people, posts and offices as plans write them.

names  = name {(、 | ， | space | 和 | 及) name} [等单位]        部门 after the last belongs to each: 交警、交通部门 is two
name   = office | person | post [person]                       副县长武敬之 is the person, 县水利局局长 the post
mark   = （牵头） | （各村协助）                                 behind a name: who leads, who helps
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.core.plan import Name, Span

NAME = re.compile(r"(?:[^、，,；;\s/（(|｜]|[（(][^）)\n]{0,40}[）)])+")
JOINT = re.compile(r"(?<=[局办所站部门室科委会院校队府司心股处村道镇乡）)])(?:以及|和|及|与)(?=[\u4e00-\u9fff]{2})")
AND_OTHERS = re.compile(r"等(?:有关|相关|各)?(?P<kind>部门|单位|科室)?$")
MARK = re.compile(
    r"[（(](?P<mark>牵头|主责|负责|主办|[^（()）]{0,12}牵头(?:单位|部门)|(?P<helping>[^（()）]{2,20}?)(?:协助|配合|参与))(?:单位|部门)?[)）]$"
)
EMPTY = {"", "无", "—", "–", "－", "-", "/", "等", "待定"}
SHARED = ("部门", "科室", "街道", "社区", "工区", "车间", "中队", "大队")
SHORT = 6
"""Characters up to which a name before a shared 部门 lacks it."""
OFFICE = re.compile(
    r"(?:[部门局办所站科室队院校镇乡会委区心司厂位行府组股处联团社商馆场库系]|(?<!农)村|企业|街道|支部|机关|班子|学校|中学|小学|幼儿园|单位|"
    r"[员户家专]|（[^）]{1,6}）|\([^)]{1,6}\))$"
)
POST_WORDS = "书记|主席|常委|委员|党组成员|[县区市镇乡村局院校部科处站所队厂组会秘股行园馆段班社]长|主任|经理|总监|工程师|会计师|经济师|助理|支书|董事长|调研员"
POST = re.compile(rf"(?:{POST_WORDS}|领导|同志|负责人)(?:[（(][^（()）]{{0,12}}[)）])?$")
WITH_POST = re.compile(rf"^[^（()）]{{0,20}}(?:{POST_WORDS})[ \u3000]?(?P<person>[\u4e00-\u9fff]{{2,4}})$")
MORE_OF_THE_SAME = re.compile(r"(?:常委|委员|党组成员|党组书记|副书记|党委书记)$")
"""Posts that are told before another of the same person: 县委常委、常务副县长庄一凡."""
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛"
    "郝龚邵万钱严武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝庾厉贝昌奚鄢花酆廉滑伯郁"
    "杭洪诸计伏谈茅危支昝经裘干宣贲钮嵇羊惠封芮储汲邴糜松井富乌巴弓牧隗山郗班仰秋伊暴戎祖束幸韶郜薄宿怀鄂索咸籍赖蔺屠阴胥苍闻莘贡劳逄扶堵宰郦雍璩濮寿扈燕冀郏浦别充慕茹宦鱼慎戈庚居衡"
    "弘匡禄阙殳蔚越夔隆厍晁勾融訾阚那毋乜鞠丰巢蒯荆红竺逯盖益桓尧柘覃茂漆肖代洛扬随芳楚逸"
)
COMPOUND = "欧阳|司徒|司马|上官|诸葛|闻人|申屠|令狐|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|端木|东方|南宫"
PERSON = re.compile(rf"(?:(?:{COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{SURNAMES}][\u4e00-\u9fff]{{1,2}}|[老小][{SURNAMES}])$")
ABBREVIATED = re.compile(
    "(?:公安|民政|司法|财政|人社|住建|交通|水利|农业|农村|农机|畜牧|商务|文旅|文化|卫健|应急|审计|市监|统计|林业|教育|工信|发改|环保|城管|信访|税务|消防|国土|科技|"
    "安监|安环|水务|党政|宣传|组织|纪检|武装|综治|扶贫|规划|医保|气象|供电|工会|妇联|团委)$"
)
"""Offices told by two characters, some of which would pass for a name: 应急、卫健."""
OF_OFFICE = re.compile(
    rf"^(?P<office>[\u4e00-\u9fff]{{2,12}}?[站所办科局室部股队处心])[ \u3000]?(?P<person>(?:(?:{COMPOUND})|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}})$"
)
"""A person told with the office: 社会救助股柯丽娟."""
GROUP = re.compile(r"^(?:各|相关|有关|所有|全体|其他|属地|三大)")


def split_names(text: str, at: int = 0, *, people: bool = False) -> tuple[Name, ...]:
    """Return the names of a list, with spans counted from *at*; a shared 部门 is added to those that lack it.

    Among *people* a post before a name is left off, and a person told by two posts is one.
    """
    words = [(AND_OTHERS.sub("", MARK.sub("", word)), start) for word, start in _words(text)]
    if people:
        words = list(_persons(words, text))
    last = next(_last_of(text), "")
    shared = next((suffix for suffix in SHARED if last.endswith(suffix)), "")
    return tuple(
        Name(_completed(word, shared), Span(at + start, at + start + len(word)))
        for word, start in words
        if word not in EMPTY
    )


def helpers_in(text: str, at: int = 0) -> tuple[Name, ...]:
    """Return who is said to help in a mark behind a name: 公卫科（各村卫生室协助）."""
    marks = [(MARK.search(word), start) for word, start in _words(text)]
    return tuple(
        name
        for mark, start in marks
        if mark and mark["helping"]
        for name in split_names(mark["helping"], at + start + mark.start("helping"))
    )


def is_office(name: str) -> bool:
    """Tell whether a name ends as those of offices do."""
    return OFFICE.search(name) is not None


def is_person(name: str) -> bool:
    """Tell whether a name is a post or, by its surname and length, a person's."""
    if POST.search(name):
        return True
    return PERSON.match(name) is not None and OFFICE.search(name) is None and ABBREVIATED.match(name) is None


def is_name(name: str) -> bool:
    """Tell whether words look like somebody who can answer for something: an office, a group, a post, a person."""
    return (OFFICE.search(name) or GROUP.match(name) or ABBREVIATED.match(name)) is not None or is_person(name)


def _last_of(text: str) -> Iterator[str]:
    yield from (word for word, _ in reversed(list(_words(text))))


def _words(text: str) -> Iterator[tuple[str, int]]:
    for match in NAME.finditer(text):
        start = match.start()
        for joint in (*JOINT.finditer(text, *match.span()), None):
            word = text[start : joint.start() if joint else match.end()].rstrip("。.")
            if word.strip(".（）()") not in EMPTY:
                yield word, start
            start = joint.end() if joint else start


def _persons(words: list[tuple[str, int]], text: str) -> Iterator[tuple[str, int]]:
    """Yield the persons of a list without their posts; who has no name there keeps the post."""
    for place, (word, start) in enumerate(words):
        following, there = words[place + 1] if place + 1 < len(words) else ("", len(text))
        if _is_of_the_next(word, following, text[start + len(word) : there]):
            continue
        found = WITH_POST.match(word) or office_and_person(word)
        if found and not POST.search(found["person"]):
            yield found["person"], start + found.start("person")
        else:
            yield word.removesuffix("同志"), start


def office_and_person(word: str) -> re.Match[str] | None:
    """Return the groups ``office`` and ``person`` of a name that tells both, None for any other."""
    found = OF_OFFICE.match(word)
    return found if found and OFFICE.search(found["person"]) is None else None


def _is_of_the_next(word: str, following: str, between: str) -> bool:
    """Tell whether a post belongs to the person named next: 副县长 闻人雪, 县委常委、常务副县长庄一凡."""
    if not POST.search(word) or not following:
        return False
    if between.strip(" \u3000") == "":
        return not POST.search(following)
    named = WITH_POST.match(following)
    return bool(MORE_OF_THE_SAME.search(word) and between == "、" and named and not POST.search(named["person"]))


def _completed(word: str, shared: str) -> str:
    lacking = shared and len(word) <= SHORT and not word.endswith(shared) and not OFFICE.search(word)
    return word + shared if lacking else word
