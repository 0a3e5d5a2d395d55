"""Words that say little about what a question is after. They are indexed, so that they can be asked for by themselves.

Ours: function words of each language, and its question words, since a question is about what is asked with them and a
story says them elsewhere. Leaving them out of questions was worth 0.05 in hit@1 (docs/reference/index.md).
"""

from __future__ import annotations

from functools import cache

WORDS = {
    "en": """
        a about after again all am an and any are as at be because been before being but by can could did do does
        doing don't for from had has have having he her here hers him his how i if in into is isn't it it's its just
        me might more most must my no not of off on or our out over own shall she should so some such than that
        that's the their them then there these they this those to too under until up us very was we were what what's
        when where which while who who's whom whose why will with would you your""",
    "fr": """
        a à ai as au aux avait avec avoir c ce ces cet cette comme comment d dans de des donc dont du elle elles en
        est et était étaient être eu fait fut il ils j je l la là le les leur leurs lui m ma mais me même mes moi
        mon n ne ni nos notre nous on ont ou où par pas plus pour pourquoi qu quand que quel quelle quelles quels
        qui quoi s sa sans se ses si soi son sont sous sur t ta te tes toi ton tu un une vos votre vous y""",
    "de": """
        aber als am an auch auf aus bei bin bis bist da damit dann das dass dein deine dem den der des dessen die
        dies diese dieser dieses doch dort du durch ein eine einem einen einer eines er es euch euer für hab habe
        haben hast hat hatte hatten ich ihm ihn ihnen ihr ihre im in ist ja kein keine mein meine mich mir mit nach
        nicht noch nur ob oder ohne sein seine sich sie sind so über um und uns unser unter vom von vor wann war
        waren warum was wegen weil welche welcher welches wem wen wenn wer werden wessen wie wieso wir wird wo wurde
        zu zum zur""",
    "it": """
        a ad ai al alla alle allo anche aveva c che chi ci come con cosa cui d da dal dalla dei del della delle di
        dove e è ed era erano essere fu gli ha hanno ho i il in io l la le lei li lo loro lui m ma me mi mia mio ne
        nei nel nella noi non nostro o ogni per perché più quale quali quando quanto quella quello questa questo s
        se si sia sono su sua sui sul sulla suo suoi t te ti tra tu tua tuo un una uno v vi voi""",
    "es": """
        a al algo como cómo con cual cuál cuando cuándo de del desde donde dónde e el él ella ellas ellos en entre
        era eran es esa ese eso esta está están estas este esto fue ha había han hasta hay la las le les lo los más
        me mi mí muy nada ni no nos nosotros o para pero por porque qué que quién quien se ser si sí sin sobre son
        su sus también te ti tu tú un una uno y ya yo""",
    "pt": """
        a ao aos as até com como da das de dela dele do dos e é ela elas ele eles em entre era eram essa esse está
        este eu foi há isso isto já lhe mais mas me meu minha muito na não nas nem no nos o onde os ou para pela
        pelo por porque qual quando que quem são se sem ser seu sua também te tem um uma você""",
    "nl": """
        aan als bij dan dat de der deze die dit door een en er had hadden heb hebben heeft hem het hij hoe hun ik in
        is je jij kan maar me met mij mijn na naar niet nog nu of om ons ook op over te tot uit van veel voor waar
        waarom wanneer waren was wat we welke werd wie wij wordt ze zich zij zijn zo zou""",
    "sv": """
        alla att av de dem den denna det dig din du där då efter ej eller en er ett för från ha hade han hans har
        hon honom hur här i in inte jag kan man med men mig min mot ni nu när och om oss på sig sin som till under
        ut var varför vad vem vi vid vilken är""",
    "ru": """
        а без бы был была были было быть в вам вас во вот все всё вы где да для до его ее её ей ему если есть еще
        ещё же за зачем и из или им их к как какой когда кто ли мне мы на над не него нее неё нет ни но о об он она
        они от по под почему при с со так там то только тут ты у уже что чтобы эта эти это этот я""",
    "pl": """
        a aby ale bo by był była było były być co czy dla dlaczego do gdy gdzie go i ich ile im ja jak jaki je jego
        jej jest jestem już kiedy kto która który którzy ma mi mnie na nad nie niego o od on ona one oni po pod
        przez są się ta tak tam te tego tej ten to tu ty w we więc z za ze że""",
    "ar": """
        أن إلى إن أو أين التي الذي الذين أنا أنت ثم ذلك عن على في قد كان كانت كل كم كيف لا لم لماذا لن ليس ما ماذا
        متى مع من نحن هذا هذه هل هم هو هي و يا""",
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Those of a language by its two letters, as `words_of` cuts them; none for a language without a list."""
    return frozenset(WORDS.get(language, "").split())
