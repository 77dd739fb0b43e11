"""What one clause of an assistant's message does: ask, propose, tell, deny, wait, offer, chat.

Words and turns of phrase are the signs; they were gathered from messages that nobody here had phrased. How the clauses
of a message go together is read in ``agents.hearing``.
"""

import re
from functools import lru_cache
from typing import Literal

from tools_mock.values import WEEKDAYS

from .asked import BEGINS, WH, any_of, by_letter, each_of, set_of, words
from .fitting import MOMENT, NUMBER

Act = Literal["ask", "propose", "tell", "deny", "wait", "offer", "chat"]
FIGURES = re.compile(r"\d+")


def _one_of(text: str) -> re.Pattern[str]:
    """One pattern for many that say themselves where they begin and end.

    Those that begin alike are put together, so that most places of a text are passed over after one look.
    """
    each = each_of(text)
    words, firsts = ([one.removeprefix(at) for one in each if one.startswith(at)] for at in (r"\b", "^"))
    grouped = [rf"{at}(?:{by_letter(its)})" for at, its in ((r"\b", words), ("^", firsts)) if its]
    return re.compile("|".join((*grouped, *(one for one in each if not one.startswith((r"\b", "^"))))))


_OFFER = any_of(
    r"""
    anything (?:else|more|besides) | (?:of|any) help with | (?:pick|choose|try|name|give me) (?:an)?other (?:days?|dates?|times?|one) and | something else | what else | any other help | further (?:help|matter|wish|request) | be of (?:any )?(?:service|help|assistance) | (?:further|next|other|more) (?:requests?|questions?)(?=\?) | select (?:an?|one) .{1,20}to (?:switch|book|see|continue) | let me know
    ^(?:or )?(?:pick )?another (?:day|date|time|one)(?=\?) | else (?:i can|you'd|you need) | i can also | ^(?:maybe|perhaps) an? | would another \w+ (?:do|work) | another \w+ instead | (?:would|does|will|how about) .{1,40} (?:work|do|suit you)(?: for you)? instead | (?:like|prefer|want) (?:that|this|the)(?: \w+)? instead | (?:want|like) to know (?:more|anything) | keep an eye on anything
    """,
)
_SECONDS = re.compile(
    r"\bgive me (?:an?|half an?|one) (?:sec|second|moment|minute|tick)\b|^(?:an?|one) (?:sec|second|moment|minute|tick), please"
)
#: Asking for leave.
_PROPOSE = _one_of(
    r"""
    \b(?:shall|should|may|can|do) i\b(?! (?:have|need|know)\b) | \b(?:do|would) you (?:want|like) me\b | \b(?:want|like) me to\b
    \bok(?:ay)? to\b | \bgo ahead\b | \bproceed\b | \bare you (?:sure|happy with)\b | \b(?:permission|consent)\b
    \b(?:shall|should|do) we\b | ^sound good
    \b(?:(?:is|does|would)(?: that| this| it| everything)|everything)\b.{0,20}\b(?:right|correct|ok|okay|fine|good|work|suit|fit|well enough)\b
    \bdo you (?:still )?want (?:to\?|it(?! to)|(?:that|this)(?: one)?\?) | \bwould you like (?:it|that|to continue|to switch)\b | \bdo you confirm\b
    \bready for me to\b | \bare you (?:fine|okay|ok|good|content|comfortable|alright|all right) with\b | \bdo i have your\b | \bfor good\?$ | \byes or no\?$
    ^(?:good|deal|fine|great|happy|works?|all good|agreed|sounds good|acceptable|ready|(?:still )?interested|(?:go|carry) on|\w+ing (?:it|them|that))\?$
    \bdo you mind\?$ | \bif you don't mind\?$ | \bi (?:assume|take it|guess|suppose)\?$ | \bare you (?:certain|positive) | \bto your (?:liking|taste)\b
    \bwould .{1,30} be (?:fine|ok|okay|good|all right|alright)\b | \b(?:will|would) you (?:take|accept) (?:it|that|this)\b | \bgo (?:through with|for) it\b | ^off with it\b
    ^(?:so )?(?:it|that|this)(?:'s| is) (?!there|from|about|for)
    ^shall (?:it|they|this|that) (?:go back|be (?:\w+ed|gone))\b | ^(?:still |quite )?sure\b.*\?$ | \byou don't need (?:it|that|this|them) any ?more\?
    \bare we (?:good|agreed|set|okay|ok|fine)\b | \bdo you (?:agree|approve|authori[sz]e|concur)\b | \b(?:mind|care to) confirm\w* | \bdoes that work\b | \b(?:right|correct|ok|okay|yes|agreed|alright|all right)(?: (?:for|with) you)?\?$ | ^(?:continue|confirm|all right)\?$
    \bis that what you (?:want|wanted|mean|meant)\b | \b(?:do|would) you (?:want|like) .{3,60} (?:cancell?ed|deleted|removed|moved|booked|closed|returned|ordered|archived)\?$
    \bis (?:that|this|it) (?:alright|all right|acceptable|your (?:wish|intention))\b | , then\?$ | \bam i to (?:understand|take it)\b
    \bwould you have me\b | \bhave i your (?:leave|word|approval|blessing)\b | ^confirm\b(?=.*\?) | \bis it .{1,60} you (?:wish|want|would like) to (?:cancel|delete|remove|drop|move|give up|call off)\b
    ^want (?:that|it|this|(?:just )?the)\b | ^(?:so )?you(?:'d like| would like|(?: do| still| really)? want) (?!to know|more|another|anything|something) | ^(?:how|what) about (?!another|other)
    """,
)
#: Asking for leave without a question mark.
_SAY_SO = any_of(
    r"""
    please confirm | ^confirm (?:with|by) | ^(?:please )?(?:reply|answer|say|press|type|tap) (?:with )?\W?yes | just say | (?:give me the|need your) (?:go-ahead|confirmation|approval|permission|consent) | if you(?:'re| are) happy with | if (?:that|this|it) suits you | if you(?:'d| would)? (?:like|want) me to (?:go ahead|proceed) | confirm and i | say the word | thumbs.up | give me (?:a|the|your) (?:nod|sign|yes|ok|okay|go) | if you agree | need your ok | with your (?:permission|consent|leave|approval)
    """,
)
_VERBS = (
    "transfer|send|remove|place|cancel|book|move|pay|delete|order|return|save|add|change|buy|reserve|proceed|continue"
    "|go ahead|call|submit|file|switch|close|drop|escalate|renew|archive|freeze|share|set|take|put|erase|make|do (?:it|that|so)|give up|call off|withdraw|strike|cross|tick|clear|release"
)
#: A deed with a question mark behind it.
_DEED = re.compile(
    rf"(?:^|(?:[–—-]|,) (?=\w+(?: (?:it|them|that|this)\b|\?)))(?:so,? |and |then |really |i |i'll |i'd )*(?:{_VERBS})\b.*\?$|\bdo you (?:still |really |actually |definitely )*(?:want|wish) to (?:{_VERBS})\b(?! by| with)"
)
#: "Pay which one?"
_OF_WHICH = re.compile(r"\bwhich (?:one|of|day|time)\b.{0,12}\?$|\bwhat\?$")
#: Beside the point, as assistants like to add.
_EXTRA = any_of(
    r"""
    let \w+ know | notify | inform | receipt | newsletter | as well | also | too(?=\W*$) | while i'm at it | besides | on top of (?:it|that)
    """,
)
#: "Could you let me know how many": offers nothing.
_ASKS_FOR = re.compile(
    r"\b(?:can|could|would) you (?:please |kindly )?(?:let me know|tell me|specify|state|clarify|indicate|choose|select|pick)"
    r" (?:which|what|when|where|whom?|how|the|your|an?)\b(?!.*\b(?:anything|something) else\b)"
)
#: "May I ask why", "could I get a phone number": asks, whatever else they look like.
_ASKS = re.compile(
    r"\b(?:may|could|can) i (?:ask|know|have|get)\b|\b(?:can|could|would) you (?:tell|give|share|let|provide)\b"
)
_REQUEST = _one_of(
    r"""
    ^describe\b | \bplease describe\b | \bplease (?:tell|give|share|provide|specify|state|name|reply|let me know|enter|choose|pick)\b
    ^(?:please )?(?:tell|give|send) me\b | [;,:] (?:please )?(?:tell|give|send) me\b | \bonce i (?:know|have)\b | \bonce you(?:'ve| have)? (?:tell|told|give|given)\b
    \b(?:could|can|would) you (?:please )?(?:tell|give|share|specify|provide|describe|let me know|confirm)\b
    \b(?<!nothing )i(?:'d| would|'ll| will| just| still| also| only)*(?: also| still| just| only)? (?:need|require)\b | \bi'm missing\b | \bmissing is\b | \ball i (?:lack|miss|still need)\b
    ^(?:just |only )?(?:two|three|four|a few|a couple of|some|one)(?: \w+)? (?:things?|questions?|ones|details?|points?)(?: before .*)?:$
    \bto (?:search|find|process|get started|help)\b.*:$ | \bwould be enough\b | \b(?:will|would) do\.?$
    ^(?:just )?(?:recipient|date|time|amount|name)s?\b.*please\.?$ | \bfirst, if you\b | , please\.$
    ^let me know the\b | ^(?:required|needed|missing)(?: \w+)?: | ^(?:please )?(?:select|enter|supply|input|indicate)\b(?!.* to (?:switch|book|see|continue|proceed)\b) | \bplease (?:select|supply|indicate)\b(?!.* to (?:switch|book|see|continue|proceed)\b)
    """,
)
#: No, however it is put; ``n't`` and ``not`` are looked at apart.
NO = any_of(
    r"""
    unfortunately | regrettably | afraid | unable | (?<!be )(?<!than )sorry | insists? on | has blocked | above what | (?:see|find|know) no | (?:find|found|see) none | window (?:is|has|was)? ?closed | (?:isn't|aren't|not) answering | excluded from | you (?:have|need) to (?:call|ring|visit|go|write|see) | apologi[sz]e | regrets? | it pains me | declines? to | not known to me | nope | neither | none of
    could(?:n't| not) | can't(?! live) | cannot | isn't on | won't let | wasn't able | closed on | no luck
    off limits | out of bounds | nothing to do with | lies behind | (?:i've|i have) no \w+ to | i may only
    on (?:leave|holiday|vacation|strike)(?!\w| \w+s\b) | (?:have|i've|there's|there is|see) no way | i don't do | not (?:one|a single) | in the red | overdrawn | nothing (?:free|open|available|under|below) | booked (?:solid|up|out) | no results | sold out | fully booked | out of stock | rejected | declined | refused | failed | too (?:late|early|soon)(?! to (?:say|tell))
    (?:that|it) (?:didn't|did not) work | too low | too \w+ for (?:that|this|it) | exceeds | not (?:executed|processed|completed) | conflict(?=:| at\b| with\b) | no access | past (?:the|its|your) | having trouble | timed out | went wrong | beyond | came up empty | unavailable | clash\w*
    overlaps? | read-only | requires | (?:are|is) busy | impossible | out of season | too short | disappoint
    no \w+ (?:are|is) (?:running|left|free|available) | nothing for | i only have
    (?:is|are|was|been) (?:full|down(?! to)|blocked|closed|taken(?! care| until| back)) | (?:is|are) gone
    (?:'s) (?:full|taken(?! care)|closed) | only has? \d+ | enough in | already (?:been|have|something|departed)
    lost it | just been taken | no such | no longer (?:free|available|possible|valid) | can no longer | (?:has|have) no
    there(?:'s| is| are) no(?!thing| (?:(?:\w+ )?(?:fee|charge|cost)|extra|need|hurry|rush)\b) | no (?:direct )?(?:flights?|hotels?|tables?|slots?|dermatologist)
    stopped (?:taking|accepting|offering|selling) | limit has been reached | (?:is|are) a(?:way| holiday)
    (?:is|are|'s|'re) shut | closes? (?:at|early|before) | doesn't (?:cover|offer|allow)
    discontinued | (?:ran|run|runs|running) out of | crashed | (?:daily|weekly|monthly) limit(?! (?:on|of|for) .* (?:is|now)\b)(?!:? ?[€$]?\d| (?:is|was)\b) | (?<!now )belongs to
    keep getting an? | in my data | reached (?:the|your) | you(?:'d| would) (?:need|have) to be
    has nothing (?:free|left|available) | out of (?:my )?reach | nothing i can | (?:isn't|aren't|is not|are not) (?:linked|connected)
    nothing would change | there(?:'s| is) (?:just|only) | only (?:he|she|they|the owner) can
    turned (?:it|that|this|you|me|us|(?:the|your) \w+) down | refuses? (?:it|them|that|this|to) | has been \w+ before
    (?:i'm|i am) (?:only )?(?:permitted|allowed) to | closed (?:for|until|till) | locked out | bounced
    only (?:seats?|takes?|holds?) (?:up to|groups|parties) | i can only | only accepts? | too many | only (?:possible|allowed)
    only the \w+ can | (?:only|have to|wants? you to|needs? you to|must) .{1,30} in person | i may not (?!have|need) | i have nothing (?:on|about) (?:that|this|it) | (?:gives?|takes?|accepts?|shows?) (?:me |you |us )?no (?!time|longer|notice) | you'd have to | be full | (?:have|has) to be (?:arranged with|different|\w+ed (?:by|with|in|at))
    """,
)
_NOT = re.compile(r"n't\b|\bnot\b|\bcannot\b")
#: A "not" that denies nothing.
_NOT_NO = any_of(
    r"""
    not a problem | don't worry | can(?:'t|not) be (?:undone|reversed|(?:got|won|brought|taken|called) back) | once (?:\w+ed|done|sent) | means (?:that )?(?:every|all|the|you) | haven't sent it yet | hasn't shipped | won't be
    has been (?:informed|told|notified) and | won't touch | not long | nothing (?:has been )?changed | why not | not only | if not | not later | can't live without
    don't hesitate | won't see (?:it|them|that) again | knows? (?:that )?you (?:won't|aren't) | then (?:it|they|he|she) won't | can(?:'t|not) (?:call|take|get|claw) it back | can(?:'t|not) be taken back
    """,
)
#: What was so before cannot be done.
_ALREADY = re.compile(
    r"\b(?:is|are) already (?:paid|cancell?ed|closed|delivered|frozen|archived|returned|checked in)\b"
    r"|\balready (?:has|have|had|is|are|was)\b|\b(?:was|were) already\b|\b(?:is|are) already (?:in|on|at|there)\b|\b(?:it|that|this|he|she|they|you)(?:'s|'re| is| are| was| were) already\b(?! done)"
    r"|^(?!.*\bi(?:'ve| have)\b)(?!.*\b(?:has|have) (?:read|seen|got|received) (?:it|them|your)\b).*\b(?:already|anyway|nothing to (?:do|change))(?=\W*$|,)"
)


def _so_before(low: str) -> bool:
    return ("already" in low or "anyway" in low or "nothing to" in low) and _ALREADY.search(low) is not None


_NOT_ONE = re.compile(
    r"\b(?:neither|none) of (?:your|the|them|these|those)\b(?! tools)|\bneither (?:your|the)\b(?!.* (?:can|could)\b)"
)
#: No to who wants something done; an answer to who wants to know.
_NOTHING = any_of(
    r"""
    nothing (?:on|at|for|there|available|is free|under|below|went) | there(?:'s| is| was) nothing(?! (?:more |else )?(?:to pay|left to|to do|to add|due)) | (?<!cart )(?<!basket )is empty | (?:nobody|no one) (?:flies|drives|works|runs|answers|sells|offers|delivers|is free|has)
    only (?:\w+ ){0,2}(?:is |are )?left | you(?:'ve| have)(?: got)? .{1,30} then | only \w+ is left | nothing's
    """,
)
_FOUND = any_of(
    "find",
    "found",
    "have",
    "see",
    "possible",
    "available",
    "able",
    "can",
    "could",
    "seem",
    "respond",
    "open",
    "written",
    "said",
    "sent",
    "replied",
    "connected",
    "run",
    "go",
)
_WAIT = _one_of(
    r"""
    \bon the (?:phone|line) (?:with|to) (?:them|him|her|the)\b | \b(?:hang on|hang tight|still (?:search|look|check|work|wait|load|compar)\w+|almost there|nearly there|one (?:moment|mo|sec|second|tick)|half a minute|allow me|(?:a|one) tick|^an? (?:second|moment|minute), please|then i(?:'ll)? come back to you|(?:two|a few) (?:secs?|seconds|moments|minutes)|just a (?:moment|second|sec)|as we speak|be right back|hold on|bear with|back in a|in a (?:second|moment|minute)|get back to you|stay with me|stay on the line)\b
    ^(?:request|input|query) (?:received|accepted|queued)\b | \bis being \w+ed\b | \bin progress\b(?![,)]) | \bis (?:processing|handling|working on) (?:it|this|that|your)\b | \btakes? a (?:moment|minute|second|while)\b
    \b(?:am|i'm) waiting\b
    \bgive me a (?:sec|second|moment|minute|tick)\b | \bplease wait\b | \blet(?:'s| me) (?!know)\w+ | \bon(?<!now on)(?<!\d on) (?:it|the case)\b
    \bi'll (?:(?:have|take) a look|check|look|search|go ahead|see|find|pull|ring|call|ask|phone|contact|open|fetch)\b(?!.*\b(?:when|once|if) you\b) | \bi will now\b
    \bi shall (?:look|see|ask|check|inquire|enquire)\b
    \bi(?:'m| am) (?:now |just )?(?!sorry|nothing)\w+ing\b | \btake a moment\b | ^first\b.*\bthen\b
    ^(?:ok(?:ay)?[,!.] )?(?:just )?(?!nothing|anything|spring|exciting|interesting|amazing|charming|morning|evening|during|according|booking)\w+ing\b(?= (?:the|your|for|now|that|it|them|him|my|an?|at|into|up|out|through|over|in|on|with|to|their|his|her)\b|[.!…]|$| \w+(?:[.!…]|$))
    ^(?:ok(?:ay)?[,!.] )?(?:just )?(?:check|look|search|load|fetch|query|contact|try|retriev|gather)ing\b
    \.\.\.$|…$
    """,
)
_CHAT = _one_of(
    r"""
    ^(?:hello|hi|hey|welcome|thanks|thank you|sure|of course|great|perfect|understood|got it|okay|ok|right|noted|no problem|alright)\b
    ^(?:absolutely|(?:an? )?good (?:choice|idea|question)|i understand|oh|sounds|glad|happy to|i'd be glad|i've noted|nice|hope)\b
    ^(?:i'd be happy|i'd love|certainly|you're (?:very )?welcome|i appreciate|how nice|how can i|what can i|get well|sleep well|good luck|safe travels|enjoy|have a|i hope)\b
    \bto hear\b | \bi see[.!]?$ | \bpleasure\b | \bautomated assistant\b
    """,
)
#: Nothing but nice, whatever it speaks of.
_NICE = any_of(
    "by the way",
    "^(?:session|connection) (?:active|open|started)",
    "to hear",
    "i hope",
    "hope you",
    "pleasure",
    "sorry to see you",
    "these days",
    "in general",
    "once a year",
    "gone up everywhere",
    "nowadays",
    "i (?:admire|envy) you",
    "i do (?:like|love|enjoy)",
    "(?:will|must|would) be (?:so |very )?(?:pleased|delighted|thrilled|relieved|excited|happy)",
    "how (?:romantic|nice|lovely|exciting|kind|sad|annoying)",
    "^(?:good|nice|great|lovely|kind|wise|clever) (?:that|of) you",
    "it always",
    "let's hope",
    "nothing beats",
    "are always",
    "no hard feelings",
    "(?:shouldn't|won't) be a problem",
    "(?:fair|good|great|excellent) question",
    "you(?:'ve| have) (?:earned|deserved)",
    "goes a long way",
    "is (?:so|very|really) important",
    "(?:is|are) (?:very |quite )?(?:popular|common|rare)",
    "i always",
    "i never",
)
_DONE = any_of(
    r"""
    done | withdrawn | undone | called off | is no more(?=\W*$) | (?<=, )it's (?:off|gone|out)(?=\W*$) | (?:has|have|'s|'ve) been (?:asked|told|\w{3,}ed)(?! by) | (?:they've|they have|support has)(?: got)? (?:your|it|the) | ticket(?:'s| is) (?:now )?open | no longer exists? | won't be expecting you | (?:will|'ll) know | you no longer | let (?:somebody|someone) else have | off the (?:books|list|calendar) | is history | (?:has|have) (?:read|seen) (?:it|your)
    won't see (?:it|them|that) again | (?:is|are|'s) with (?:the|your|an?|him|her|them) (?!me\b)\w+ | (?:somebody|someone|a technician|an engineer) (?:will|is going to) (?:test|check|look|come|call|be)
    they know about | will be in touch | there are \w+ of you now | (?:is|are|'s) (?:both |all )?in(?=\W*$)
    you'll (?:have (?!to|an?\b)|be on) | they'll (?:have (?:had )?a look|look (?:at|into)|check|answer|take care) | free again | (?:has|have) left (?:your|the) | takes effect | that (?:did|helped|fixed) | then (?:it|they|he|she) won't | (?:is|are) coming to | all set | booked | sent | saved | set | cancell?ed | removed | moved | added | placed | ordered | created
    opened | filed | registered | delivered | confirmed | completed? | transferred | paid | changed | updated
    converted | informed | gone | reserved | returned | refunded | active | deleted | successful | went through
    went ahead | in place | on (?:its|their) way | remind you | knows | let (?!me\b|us\b)\w+(?: \w+)? know | (?:message|text|mail|answer|reply) is with | yours | out of your cart
    has been made | went on to | taken it out | taken care of | you're (?:in|on) | took | no longer on | entered | switched
    put it down | noted (?:in|for|on) | left it | as it is | touch it | stays | no longer follow | received | froze | (?:is|are|'s) frozen | struck | (?:has|have) \w+ed (?:you|it|them) | (?:is|are) with (?:an?|the|your) (?:manager|team|bank|airline|shop|support)
    """,
)
#: A deed that is over, not one that is spoken of.
STRONG = re.compile(
    r"\b(?:i've|i have|has been|have been|is|are|is now|are now|you're) (?:now |already |successfully )?(?:"
    + _DONE.pattern[5:-3]
    + r")\b|\bdone\b"
)
_VALUE = re.compile(
    r"[€$£]\s?\d|\d+(?:[.,:]\d+)?\s?(?:€|euros?|dollars?|°|degrees|km|m\b|gb|am\b|pm\b|h\b|minutes|metres)|\d{1,2}:\d{2}|\b\d+[a-f]?\b|\b(?:about|around|roughly|within) an? (?:hour|day|week|month|year)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)\b|\w: \d+\W*$"
)
_SIGHT = any_of(
    r"""
    quoted | wrote | writes | says | on the list | it's out | there (?:is|are|'s) | there's | i (?:found|have)
    i see(?= \w) | you(?: have|'ve) | here (?:is|are) | it(?:'ll| will) | they're | nothing (?:on|planned)
    free all day | is empty | expects? | looks
    (?:he|she|they) (?:asks?|asked|says?|said|wants?|would like|invites?|thanks) | (?:works|working|running) again | it works | works(?=\W*$)
    works now | (?:is|are|'s) back | (?:fine|okay|ok|well|normal) again
    you(?:'d| would|'ll| will)? (?:get|find)
    (?:is|are) (?:now |all )?(?:arriving|coming (?:in|through)|syncing|working(?! on))
    (?:it(?:'s| is)|is) (?:working|running|fixed) | you're (?:back )?(?:online|connected) | expected | status | arrive | shipped | plenty | more than
    """,
)
#: What the weather is, who is there, or a place: nothing to who wants something done.
_SKY = any_of(
    "nobody | no one | everyone | everybody but | rain | rainy | cloudy | sunny | dry | closest | nearest | cheapest"
)
#: What has become of a thing, whatever it was: "Frozen: the credit card", "is in your contacts now".
_CHANGED = any_of(
    r"""
    \w{2,}ed | frozen | put | written | told | given | taken | made | kept | left | bought | sold | held | shut | on(?! \w+days\b)
    off | now | goes to | (?:in|on|out of|off) your | (?:in|on) the \w+ (?:group|list) | went | has (?:your|the|it|her|his|their) | is with an? | there(?:'ll| will) be | got
    """,
)
_IS = re.compile(
    r"^(?:the|your|this|that|it|we|they|their|you)\b.*(?:'s|'re|\b(?:is|are|have|has|can be|follow))\b \S+"
)
#: Nothing but things: "Ramen, tonkatsu and mochi."
_LISTED = re.compile(
    r"^(?!.*(?:n't|\b(?:i|me|you|it|them|that|this|is|are|be|can|not|so|well)\b))(?:[\w'’-]+ ){0,3}[\w'’-]+(?:, (?:[\w'’-]+ ){0,3}[\w'’-]+)+,?(?: and (?:[\w'’-]+ ){0,3}[\w'’-]+)?(?:, (?:and )?(?:among others|so on|more))?\.?$"
)
_BECAME = re.compile(
    r"\b(?:(?<!\bi )(?:is|are|was|were|has been|have been) (?:now )?(?:\w{2,}ed|frozen|withdrawn|undone|sold|shut|sent|cut|lent|thrown|struck|out|taken|given|put|on|off|up|running|open)\b"
    r"|(?:it|that)(?:'s| is) (?:down|up|back) to (?!you\b)\w"
    r"|(?:in|on|out of|off|has) your \w+|(?:in|on|out of|off) the (?:cart|basket|diary|calendar|list|archive)|now[.!]?$)"
    r"|^(?:(?!nobody|they|we|people)[\w'’-]+ ){1,3}\w{3,}ed[.!]$"
    r"|^(?:\w{2,}ed\b|i(?:'ve| have)? (?:now |just |already )?(?!need|tri|want|look|search|check|apolog|notic|appreciat|receiv)(?:\w+ed|withdrawn|undone|taken|put|sent|given|thrown|struck|shut|cut|got|let|kept|made|told|written|set)\b)"
)
#: What a lexicon says: "Canberra is the capital of Australia."
_OTHER = re.compile(
    r"^the \w+ of (?!the|your|my|our)\w+ (?:is|are|was) |^\w+ (?:is|are|was) (?:the|an?) \w+ (?:of|in) (?!the|your|my|our)"
)
_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][\w'’]+")
#: What a program says that has broken; it tells a person nothing.
_BROKEN = _one_of(
    r"""
    \b(?:undefined|nonetype|nan|null|traceback|has no attribute|stack overflow|segmentation fault|status code|unexpected token)\b
    \bcannot read propert | ^error | e(?<=\we)(?:rror|xception)\b
    """
)
#: A message that is nothing but a crash: "ValueError: could not convert …", "500 Internal Server Error".
CRASH = re.compile(
    r"\W*(?:\w+(?:Error|Exception)\b|[45]\d\d\b.{0,30}(?:error|not found|request)|\d{3} ok\W*$|null\W*$|none\W*$)",
    re.IGNORECASE,
)
#: What holds of all things of a kind says nothing about this one.
_GENERAL = re.compile(
    r"^(?!this|yes|is\b|has|was|as\b|looks|sounds|seems)[a-z]+s (?:(?:only|always|never|often) )?(?:need|like|love|come|taste|make|are (?!\w+ed\b))(?!.*\byou)"
)
_IN_GENERAL = any_of("quickly | usually | generally | typically | in general")
_OFTEN = any_of("usually | generally | typically | rarely | seldom | hardly ever | probably | on average")
_OF_US = any_of("you | your | i")
#: Praise of a place answers nothing.
_PRAISE = any_of(
    r"""
    worth a (?:visit|trip|look) | lovely | beautiful | charming | wonderful (?:city|place|town) | famous for
    known for | renowned | great (?:city|town) | love to see | fun fact
    """,
)


@lru_cache(maxsize=5_000)
def act_of(clause: str, low: str, about: frozenset[str], answer: bool) -> Act | Literal[""]:
    """What one clause does; empty where it does nothing."""
    if low.endswith("?") or BEGINS.search(low):
        return _question(low, about)
    if _TAG.search(low):
        return "chat"
    if _SAY_SO.search(low):
        return "propose"
    if _OFFER.search(low) and not _REQUEST.search(low):
        return "offer"
    if (re.fullmatch(r"[\d\W_]*", low) and not re.search(r"[€$£°:]", low)) or _BROKEN.search(low):
        return "tell" if answer and _FIGURE.fullmatch(low) else ""
    if answer and _answers(clause, low, about) and not NO.search(low):
        return "tell"
    if _REQUEST.search(low) and not _SECONDS.search(low):
        return "ask"
    if not answer and _LASTING.search(low):
        return "tell"
    if _BEING.search(low):
        return "wait"
    if re.fullmatch(r"(?:\w+(?:ed|en)|kept|put|sent|paid|bought|sold|held|done):", low):
        return "tell"  # "Archived: …"
    no = NO.search(low)
    if answer and no and _NOT_ONE.search(low):
        return "tell"  # "None of your cards is frozen"
    done = no[0].split()[-1] if no else ""
    meant = done.endswith("ed") and not about.isdisjoint((done, done[:-1], *_ALSO.get(done, ())))
    if not answer and meant and not _NOT.search(low):
        return "tell"  # "It is closed" to who wants it closed, or withdrawn
    if (
        _NICE.search(low)
        or (_usual(low) and not (answer and low.startswith("usually ") and _VALUE.search(low)))
        or (not answer and (_YOU_DID.search(low) or _CAN_BE.search(low) or _EVER.search(low)))
        or (not answer and _NOTED.search(low))
        or (
            (_PRAISE.search(low) or (_general(low) and not _DONE.search(low) and not _denies(low, answer, no)))
            and not _VALUE.search(low)
        )
    ):
        return "chat"
    if _CHAT.search(low) and not _VALUE.search(low) and not _DONE.search(low) and not _denies(low, answer, no):
        return "chat" if not _WAIT.search(low) else "wait"
    if _denies(low, answer, no):
        return "deny"
    if answer and _TITLE.match(low):
        return "tell"
    if _WAIT.search(low) and not STRONG.search(low) and not _OUT_OF.search(low):
        return "wait"
    if _DONE.search(low) or _shows(clause, low, about, answer):
        return "tell"
    if not answer and (_SHORT.match(low) or (_ITS.match(low) and _only(low, about))):
        return "tell"
    return "" if re.search(r"[{}<>_;=\\()]", low) or (len(low.split()) < 3 and not low.endswith("!")) else "chat"


def _answers(clause: str, low: str, about: frozenset[str]) -> bool:
    """Whether a clause answers by its form alone, be there nothing in it that the wish did not have."""
    if _IN_SHORT.match(low) or _LEFT.match(low) or _CODED.match(clause) or _ADDRESS.search(low):
        return True
    return _HEADED.fullmatch(clause) is not None and words(low) <= about


#: "Elio Conti: …", and what is to be known of him.
_HEADED = re.compile(r"(?:[A-Z][\w'’.-]* ){1,4}[A-Z][\w'’.-]*:")
#: "It's elio@tessera.example."
_ADDRESS = re.compile(r"\w@\w[\w-]*\.\w")
#: An answer that may hold nothing but what was asked with: "On average 7.", "That leaves MSFT."
_LEFT = re.compile(
    r"on average,? \W?\d[\d.,]*$"
    r"|(?:that|which|this) leaves (?:you )?(?:with )?(?:only |just )?(?!.*\b(?:question|thing|detail|need|me|us)\b)\w"
    r"|(?:[\w'’&.-]+ ){1,4}(?:trades as|is listed as|stands for) \w"
)
#: "NVDA has moved that much": what holds of something with a code for a name.
_CODED = re.compile(
    r"(?!I |We |You )(?:.* )?[A-Z]{3,5}(?: (?:has|have|had|did|moved|rose|fell|costs?|trades?)\b)(?! to\b)"
)
#: "Swimming on Wednesday 15 July": a title, nothing that is being done.
_TITLE = re.compile(rf"\w+ing on (?:{'|'.join(WEEKDAYS).casefold()}) \d")


def _question(low: str, about: frozenset[str]) -> Act:
    """What a question does: offers, asks for leave, or asks for something."""
    wh = WH.search(low)
    if _ASKS_FOR.search(low):
        return "ask"
    if _OFFER.search(low):
        return "offer"
    if _ASKS.search(low):
        return "ask"
    if _TAG.search(low):
        return "chat"
    if low.startswith(("how can i", "what can i")):
        return "chat"
    leave = _PROPOSE.search(low) or _DEED.search(low)
    asked_first = wh is not None and leave is not None and (wh.start() < leave.start() or _OF_WHICH.search(low))
    if (
        leave
        and not asked_first
        and " or " not in low.replace("yes or no", "")
        and (not _EXTRA.search(low) or low.split()[0] in about)
        and "is there" not in low
    ):
        return "propose"
    return "ask"


#: What a deed is called by who wants it done, where that is another verb.
_ALSO = {"closed": ("withdraw", "shut", "end", "settled", "taking")}
#: "Busy weeks, aren't they?"
_TAG = re.compile(r", (?:(?:aren't|don't|weren't) they|eh|huh)\?$|, (?:are|do|is|were)n't (?:they|you|it)[.!]$")
#: What is told of a thing, one after the other, with a figure among it.
_LIST = re.compile(r"(?!.*\b(?:but|sorry|however)\b)(?=.*\d)[^,]+,.*, ?$")


#: "Opens at eight and closes at five."
_HOURS_OF = re.compile(r"\bopens?\b.*\bcloses? (?:at|by)\b")


def _denies(low: str, answer: bool, no: re.Match[str] | None) -> bool:
    if no and answer and (_LIST.match(low[: no.start()]) or _HOURS_OF.search(low)):
        no = None  # "in Quay Road, rated 4.2, closed on Sunday"
    if (no and not _NOT_NO.search(low)) or (not answer and _so_before(low)):
        return True
    if not answer and (_NOTHING.search(low) or _NO_SUCH.match(low)) and not _IT_IS.search(low):
        return True
    if not _NOT.search(low) or _NOT_NO.search(low):
        return False
    return not answer or _FOUND.search(low) is not None


def _shows(clause: str, low: str, about: frozenset[str], answer: bool) -> bool:
    """Whether a clause has something that answers: a value, what was found, a name, what the wish was about."""
    begun = {word[:5] for word in about if len(word) > 4}
    known = not low.endswith("!") and any(
        word in about or (not answer and (f"{word}s" in about or word[:5] in begun))
        for word in (*words(low), *FIGURES.findall(low))
    )
    if not answer and (
        (_STANDS.search(low) and not (_OUT_OF.search(low) and about & _KEEPS))
        or (_LIKES.search(low) and not _DONE.search(low))
    ):
        return False  # how things stand, or what somebody likes, is no deed
    if not answer and (yours := _YOURS.search(low)) and not about & {yours[1], yours[1].rstrip("s"), *_KEEPS}:
        return False  # where a thing stands that the deed was not about
    fresh = _VALUE.search(low) is not None and not (not answer and _only(low, about))
    sight = _SIGHT.search(low) is not None and (answer or not _LOOKS.search(low))
    sight = sight or (answer and _SKY.search(low) is not None)
    if (fresh and (answer or not _LOOKS.search(low) or known)) or sight:
        return True
    # A sentence about something else altogether has names and deeds too.
    other = _OTHER.search(low) is not None and not known
    if answer:
        names = [name for name in _NAMES.findall(clause) if name.casefold() not in about]
        is_so = _IS.search(low) is not None and not low.endswith("!")
        is_so = is_so or _LISTED.search(low) is not None
        return (
            (known and any(has.search(low) for has in (_NOT, NUMBER, MOMENT)))
            or (_BECAME.search(low) is not None and (known or _akin(low, about)))
            or (not other and (bool(names) or is_so))
            or low.startswith(("no ", "nothing ", "yes", "no.", "no,"))
        )
    return (_BECAME.search(low) is not None and not other) or (known and _CHANGED.search(low) is not None)


def _akin(low: str, about: frozenset[str]) -> bool:
    """Whether a clause has a word that begins one of the wish's, or begins with one: mail, mailbox."""
    return any(
        len(word) > 3 < len(other) and (word.startswith(other) or other.startswith(word))
        for word in words(low)
        for other in about
    )


#: What answers by itself: a price, a number to call.
_FIGURE = re.compile(r"\W*\d+\.\d+\W*|\W*\+\d[\d ]{6,}\W*")
#: "No, it isn't.", "It is.", "Free."
_IN_SHORT = re.compile(
    r"(?:no|nope|not yet|not any ?more|yes|yep|yeah),? (?:it|they|that|this|there|he|she|you)(?:'s|'re|'ll)?\b(?!.*\?)"
    r"|(?:no|nope|yes|yep|yeah|not yet|not any ?more|none|nobody|nothing|free|unlimited|today|tomorrow|tonight)[.!]?$"
    r"|(?:it|they|that|there) (?:is|are|does|do|has|have|was|will|isn't|aren't|doesn't|don't|hasn't|haven't|won't)[.!]?$"
)
#: "So has the other one.", "Low it is.", "The pound too.", "It's off.", "She's in."
_SHORT = re.compile(
    r"(?:ok(?:ay)?, )?(?:(?:it|that|he|she|they)(?:'s|'re| is| are) )?(?:out|off|on|in|gone|with (?:him|her|them))\W*$|(?:off|out|away|in|up) (?:it|they) (?:went|go|goes)\W*$"
    r"|so (?:has|have|is|are) |\w+(?: \w+){0,2} it is\W*$|(?!me |you )\w+(?: \w+)? too\W*$|and (?:the |your )?\w+(?: \w+){0,2} (?:as well|too)\W*$"
)
_ITS = re.compile(r"(?:and |now )?(?:it|that)(?:'s| is) ")
_USUAL = _one_of(
    r"""
    ^(?:sun|mon|tues|wednes|thurs|fri|satur|week|work|holi)days are\b | ^most (?:people|guests|\w+s)\b(?!.*\byou) | \ba lot\W*$ | \b(?:website|site|app|system|line) (?:is|are) (?:slow|busy)\b
    """
)


def _usual(low: str) -> bool:
    """Whether a clause says how things mostly are."""
    often = _OFTEN.search(low) is not None and not _OF_US.search(low)
    return often or _USUAL.search(low) is not None


def _general(low: str) -> bool:
    """Whether a clause says what holds of all things of a kind."""
    so = _IN_GENERAL.search(low) is not None and not _OF_US.search(low)
    return so or _GENERAL.search(low) is not None


#: What the user did some time ago is nothing that was done now.
_YOU_DID = re.compile(r"^you (?:booked|ordered|bought|paid|opened|asked|made|saved|wrote)\b")
#: "Rome in April can be rainy."
_CAN_BE = re.compile(
    r"^(?!.*\b(?:it|that|this|you|i)\b)[\w' ]+ can be \w+(?: (?:until|till|up to|before) [\w' -]+)?\W*$|^an? [\w' ]+ can be \w+"
)
#: "The kitchen opens at six", "you have thirty days to return it", "try to rest": so it is on every day.
_EVER = re.compile(
    r"\b(?<!now )(?:opens?|starts?|begins?|closes?|runs?) (?:at|from|every|all)\b(?!.*\bnow\b)|\bevery (?:day|week|month|\w+day)\W*$|^[a-z]+s are (?:free|possible)\b|^you(?: have|'ve got|'ve) (?:until\b|[\w-]+ (?:days|weeks)\b)"
    r"|^(?:always |please )?try (?:not )?to\b"
)
#: "No free slots this week."
_NO_SUCH = re.compile(
    r"no (?!problem|worries|need|doubt|charge|fee|cost|more\b|one\b|changes?\b|later\b|longer\b)\w+ \w+"
)
#: "No taxi tonight then, it's cancelled."
_IT_IS = re.compile(r"\b(?:it|that)(?:'s| is| has been)(?: now)? (?:\w+ed|off|gone|done)\b")
_NOTED = re.compile(r"^[\w ]{1,30}, noted\W*$")
#: What a look brings, and no deed.
_LOOKS = re.compile(r"^you(?: have|'ve) (?!been|a\b)")
#: What is being done for as long as it is wanted.
_LASTING = re.compile(
    r"\b(?:being|i'm|i am|^) ?(?:now )?(?:watch(?:ed|ing)|follow(?:ed|ing)|track(?:ed|ing)|monitor(?:ed|ing)|keeping (?:an|a close) (?:eye|watch))\b|^(?!.*\b(?:still|once|until|when)\b).*\bi(?:'ll| will) (?:be (?:watch|follow|monitor|track)ing|keep (?:an eye|watch))\b|\b(?:is|are) now being \w+ed\b|\bbeing disputed\b"
)
_BEING = _one_of(
    r"""
    \b(?:is|are) being \w+ed\b | ^(?:almost|nearly) (?:done|there|ready|finished|through)\b
    \band (?:am|i'm) (?:now |just )?(?:looking|checking|reading|searching|comparing|waiting|going)\b
    \bnow (?:looking|checking|reading|searching|comparing)\b | \b(?:is|are) (?:still )?loading\b
    """
)
_OUT_OF = re.compile(r"(?:\b(?:is|are)|'s|'re) (?:now )?(?:in|on|out of|off) your\b")
_KEEPS = set_of("add save remember put keep note new write store bookmark mark forget drop place pack set get buy")
#: The words of a wish that bear on clauses without them.
EVERYWHERE = _KEEPS.union(*_ALSO.values())
_YOURS = re.compile(r"\b(?:is|are|'s) (?:in|on) your (\w+)\W*$")
_STANDS = re.compile(
    r"\bcurrently\b|\bso far\b|\bat the moment\b|\bopen from\b|\bis (?:one|known|famous)\b(?!.*\bnow\b)"
)
_LIKES = re.compile(r"\b(?:like|love|enjoy|prefer)\b")


def _only(low: str, about: frozenset[str]) -> bool:
    """Whether a clause only says again what the user said: "a table for two, lovely"."""
    new = [word for word in words(low) if word not in about and word not in _KIND]
    return not new and not re.search(r"\d", low)


_KIND = set_of("lovely nice great good perfect sure right okay noted fine wonderful excellent alright understood got")
