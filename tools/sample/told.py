"""What the pages of the sample series show and who speaks on them, for the sidecars beside its pictures.

Only what a page itself lets one know: nobody has a name before somebody says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """A page: what it shows, panel by panel, and who speaks which of its English words."""

    description: str
    moods: tuple[str, ...]
    panels: tuple[str, ...]
    characters: tuple[str, ...] = ()
    speakers: Mapping[str, str] = field(default_factory=dict)


EPISODE_1 = {
    "cover": Told(
        "At dusk, a girl in a red coat stands on a hill and reaches up to an empty speech balloon with a small face. Behind her the"
        " houses of a harbour town, the sea, and a lighthouse without light.",
        ("wondering", "warm"),
        (),
    ),
    "page_001": Told(
        "Morning in Lanterna, a town of bright houses above a harbour with a red and white lighthouse. What people say floats over their"
        " heads in balloons. A girl in a red coat and yellow boots sees something on the hill: a white balloon without a word, caught"
        " alone in a tree.",
        ("sunny", "curious"),
        (
            "The town of Lanterna climbs up from its harbour; the lighthouse stands on a rock in the sea.",
            "A baker waves from behind her bread under a striped awning, and a fishmonger in a yellow hat calls out.",
            "On a green hill a girl in a red coat and yellow boots points up.",
            "An empty white balloon with a worried little face hangs among the leaves of a tree.",
            "The girl stands under the tree and beams.",
        ),
    ),
    "page_002": Told(
        "Ada, a girl with dark hair in a red coat and yellow boots, balances out on a branch to the empty balloon. It has nothing"
        " written in it, only a face, now surprised, now sad. She asks whether somebody has lost it. Puff, as she calls the balloon,"
        " floats after her through the evening streets and is happy.",
        ("tender", "brave"),
        (
            "On a thick branch high above the roofs, Ada walks toward the balloon, which trembles.",
            "Close together, Ada, astonished, and the balloon look at each other.",
            "The balloon alone, its mouth a wavy line.",
            "Ada looks sorry for it.",
            "In a golden street Puff smiles and follows Ada, who smiles too.",
        ),
        ("Ada", "Puff"),
        {
            "Hold on! I’m coming.": "Ada",
            "You’re empty.": "Ada",
            "Did somebody lose you?": "Ada",
            "I’ll call you Puff.": "Ada",
        },
    ),
    "page_003": Told(
        "Ada asks through the town whose balloon Puff is. Rosa the baker uses up all her words before noon. Among the shelves of his"
        " library, Mr. Quill explains that an empty balloon belongs to somebody who stopped in the middle of saying something. In the"
        " street a seagull with a captain's cap, Admiral, tries to carry Puff off.",
        ("searching", "funny"),
        (
            "At the bakery, Ada shows Puff to Rosa, who laughs behind her loaves.",
            "In a library full of books, old Mr. Quill in a green coat and round glasses studies Puff.",
            "Ada, worried, asks who would do such a thing.",
            "Mr. Quill answers gravely.",
            "A seagull in a captain's cap pulls at Puff; Ada throws up her arms.",
        ),
        ("Ada", "Puff", "Rosa", "Mr. Quill", "Admiral"),
        {
            "Is this yours, Rosa?": "Ada",
            "Not mine, dear. I use up all my words before noon!": "Rosa",
            "An empty balloon? Then somebody stopped in the middle of saying something.": "Mr. Quill",
            "Who would do that, Mr. Quill?": "Ada",
            "Someone very sad.": "Mr. Quill",
            "Admiral! Let go!": "Ada",
            "MINE!": "Admiral",
        },
    ),
    "page_004": Told(
        "At sunset Ada and Puff sit on a roof and look at the lighthouse, which has been dark all winter. Puff smells of lamp oil. By"
        " night Puff glows and pulls Ada along the pier, toward the lighthouse: it knows whose it is.",
        ("dreamy", "hopeful"),
        (
            "Ada and Puff on a red roof above the town; the lighthouse stands dark before a purple sunset.",
            "Puff drifts closer.",
            "Ada shuts her eyes and sniffs.",
            "Her eyes open wide.",
            "On the pier in the moonlight, the glowing Puff pulls Ada's arm toward the dark lighthouse.",
        ),
        ("Ada", "Puff"),
        {
            "The lighthouse has been dark all winter.": "Ada",
            "You smell of… lamp oil.": "Ada",
            "Oh!": "Ada",
            "You know whose you are!": "Ada",
        },
    ),
}
EPISODE_2 = {
    "cover": Told(
        "A girl in a red coat rows a small boat through the night; an empty balloon glows beside her like a lantern, and a dark"
        " lighthouse waits on its rock.",
        ("mysterious", "brave"),
        (),
    ),
    "page_001": Told(
        "Ada rows to the lighthouse by moonlight, with Puff for a lantern. A great wave rears up and they hold on. In the bottom of"
        " the boat sits Admiral the seagull, who has come along and wants Puff.",
        ("adventurous", "tense"),
        (
            "Under the full moon Ada rows a little boat; Puff glows beside her, and the lighthouse stands in the distance.",
            "Ada grins, sure of herself.",
            "A wave as high as a house curls over the boat.",
            "Admiral the seagull peeps over the edge of the boat in his captain's cap.",
        ),
        ("Ada", "Puff", "Admiral"),
        {
            "Nobody but us!": "Ada",
            "Puff, hold on!": "Ada",
            "Not now, Admiral. Row!": "Ada",
            "MINE?": "Admiral",
        },
    ),
    "page_002": Told(
        "Ada and Puff stand at the door of the lighthouse. They climb one hundred and thirteen steps. At the top, beside the great lens,"
        " stands an old man in a blue coat with a white beard. He turns and opens his mouth, and no word comes.",
        ("quiet", "lonely"),
        (
            "At the foot of the lighthouse Ada knocks at a wooden door, Puff beside her.",
            "Ada climbs a winding stair past a narrow window.",
            "In the lamp room an old man in a blue coat stands with his back to Ada, beside the great lens.",
            "The keeper turns round; over his head floats a balloon with three dots.",
        ),
        ("Ada", "Puff"),
        {
            "Hello? Is anybody home?": "Ada",
            "One hundred and twelve steps…": "Ada",
            "…and thirteen.": "Ada",
            "Good evening. Are you the keeper?": "Ada",
        },
    ),
    "page_003": Told(
        "Puff floats before the lens and smiles at the old keeper, Teodoro: it is his. On the night of the great storm the lamp went"
        " out while one boat was still at sea. He called out to it, but the wind took his word before he could say it.",
        ("sad", "stormy"),
        (
            "Puff floats happily to the old keeper in front of the great lens; Ada watches.",
            "Ada understands.",
            "In the storm a small sailing boat struggles past the dark lighthouse.",
            "Teodoro leans over the railing in the rain and calls; the wind tears his empty balloon away.",
        ),
        ("Ada", "Puff", "Teodoro"),
        {"Puff?": "Ada", "It’s yours, isn’t it, Teodoro?": "Ada"},
    ),
    "page_004": Told(
        "Ada tells Teodoro that the boat came home, for she was in it. So he can say the word that he had lost, and Puff is full:"
        " welcome home. That night the lighthouse shines again over Lanterna.",
        ("moving", "bright"),
        (
            "Ada holds Puff up and smiles.",
            "Teodoro, weeping for joy, says the word that he had lost.",
            "The lighthouse shines over the sea and the lit town; Ada, Teodoro, Puff and Admiral stand on the rock.",
        ),
        ("Ada", "Puff", "Teodoro", "Admiral"),
        {"The boat came home. I was in it.": "Ada", "Welcome home.": "Teodoro", "Goodnight, Ada.": "Puff"},
    ),
}
