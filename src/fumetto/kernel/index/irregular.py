"""English words whose forms no stemmer brings together: "went" is found by "go", and "wolves" by "wolf"."""

from __future__ import annotations

from functools import cache

VERBS = """
    arise arose arisen | awake awoke awoken | bear bore borne born | beat beaten | become became | begin began begun
    | bend bent | bind bound | bite bit bitten | bleed bled | blow blew blown | break broke broken | breed bred |
    bring brought | build built | burn burnt | buy bought | catch caught | choose chose chosen | cling clung | come
    came | creep crept | cry cried | deal dealt | dig dug | draw drew drawn | dream dreamt | drink drank drunk |
    drive drove driven | dwell dwelt | eat ate eaten | fall fell fallen | feed fed | feel felt | fight fought | find
    found | flee fled | fling flung | fly flew flown | forbid forbade forbidden | forget forgot forgotten | forgive
    forgave forgiven | freeze froze frozen | get got gotten | give gave given | go went gone | grind ground | grow
    grew grown | hang hung | hear heard | hide hid hidden | hold held | keep kept | kneel knelt | know knew known |
    lay laid | lead led | lean leant | leap leapt | learn learnt | leave left | lend lent | lie lay lain | light lit
    | lose lost | make made | mean meant | meet met | mistake mistook mistaken | overcome overcame | pay paid | ride
    rode ridden | ring rang rung | rise rose risen | run ran | say said saith | see saw seen | seek sought | sell
    sold | send sent | shake shook shaken | shear shorn | shine shone | shoot shot | show shown | shrink shrank
    shrunk | sing sang sung | sink sank sunk | sit sat | slay slew slain | sleep slept | slide slid | smell smelt |
    speak spoke spoken | spell spelt | spend spent | spill spilt | spin spun | spring sprang sprung | stand stood |
    steal stole stolen | stick stuck | sting stung | stink stank stunk | stride strode | strike struck stricken |
    strive strove striven | swear swore sworn | sweep swept | swell swollen | swim swam swum | swing swung | take
    took taken | teach taught | tear tore torn | tell told | think thought | throw threw thrown | tread trod trodden
    | understand understood | undertake undertook | wake woke woken | wear wore worn | weave wove woven | weep wept
    | win won | wind wound | withdraw withdrew | wring wrung | write wrote written
"""
NOUNS = """
    man men | woman women | child children | foot feet | tooth teeth | goose geese | mouse mice | louse lice | ox
    oxen | wolf wolves | knife knives | wife wives | loaf loaves | thief thieves | calf calves | shelf shelves | elf
    elves | dwarf dwarves | hoof hooves | brother brethren | penny pence
"""


@cache
def irregular() -> dict[str, str]:
    """Irregular forms, each with the word that is looked for in its place."""
    found: dict[str, str] = {}
    for group in f"{VERBS}|{NOUNS}".split("|"):
        first, *forms = group.split()
        for form in forms:
            found.setdefault(form, first)
    return found
