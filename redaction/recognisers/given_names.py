"""Common given names and family names in lower case; written down for this project.

Given names that are also everyday words (will, mark, may, grace) are ``DOUBTFUL``: they count only
with a second sign, such as a capital and a family name.
"""

GIVEN = frozenset(
    """
    aaron abdul abdullah abigail adam adrian adriana agnes agnieszka ahmed aidan aisha alan
    albert alberto alejandra alejandro alessandra alessandro alexander alexandra alexandre
    alexis alfred alfredo ali alice alicia alina alison allison alyssa amanda amar amelia
    amelie amina amir amit amy ana anastasia anders andrea andreas andrei andrew andrey
    andrzej andy angela angelina angelo anika anil anita anja ann anna anne annette annie
    anthony antoine anton antonia antonio anya arjun arnold arthur arturo asha ashley ashok
    astrid aurelie austin ava axel ayesha barbara bart bartosz beata beatrice beatriz ben
    benedict benjamin bernard bernd bernhard beth bethany betty bianca birgit bjorn bogdan
    boris brad bradley brandon brenda brendan brent brett brian bridget bruce bruno bryan
    bryce caitlin caleb cameron camila camille carl carla carlo carlos carmen carol carolina
    caroline carolyn carsten catherine cathy cecile cecilia celia celine cesar chantal
    charles charlie charlotte chelsea cheryl chiara chloe chris christian christiane
    christina christine christoph christophe christopher cindy claire clara claudia claudio
    claus clement colin connor conrad constance corinne courtney craig cristian cristina
    curtis cynthia daisuke damian damien dan daniel daniela daniele danielle danny daphne
    darren dave david davide dean debbie deborah debra deepak denis denise dennis derek
    diana diane diego dieter dimitri dirk dmitri dmitry dominic dominik dominique donald
    donna doris dorothy douglas duncan dylan eddie edgar eduardo edward edwin eileen elaine
    eleanor elena eleni elias elisa elisabeth elise elizabeth ella ellen ellie emanuel
    emilia emilie emilio emily emma emmanuel enrico enrique erica erik erika erin ernest
    ernesto esther ethan eugene eva evan evelyn ewa fabian fabio fatima federica federico
    felicia felicity felipe fernanda fernando filip fiona florence florian frances francesca
    francesco francis francisca francisco franco francois francoise franz fred freddie
    frederic frederick frederik friedrich gabriel gabriela gabriele gareth gary gavin gemma
    geoffrey georg george georgia georgina gerald geraldine gerard gerhard giacomo gianluca
    gillian gina giorgio giovanni giulia giuseppe gloria gonzalo gordon graham greg gregory
    greta guillaume guillermo gunther gustav gustavo guy hannah hanna hans harold harriet
    harry hassan heather hector heidi heike heinrich heinz helen helena helga helmut hendrik
    henri henrik henry herbert hiroshi holly howard hugh hugo hussein ian ibrahim ida
    ignacio igor ilona imran ines ingrid irene irina iris isaac isabel isabella isabelle
    ivan ivana jacek jackie jackson jaclyn jacob jacqueline jacques jaime jakob jakub james
    jamie jan jana jane janet janice janine jaroslav jason javier jay jean jeanette jeff
    jeffrey jenna jennifer jenny jeremy jerome jerry jesper jesse jessica jesus jill jim
    jimmy joan joanna joanne joao joaquin jodie joel johan johann johanna johannes john
    johnny jon jonas jonathan jordan jordi jorge jose josef joseph josephine josh joshua
    joyce juan juanita judith judy julia julian juliana julie julien juliet julio julius
    jurgen justin justine kaitlyn kamal kamil karel karen karim karin karina karl karolina
    kasia katarina katarzyna kate katerina katharina katherine kathleen kathryn kathy katie
    katja katrin katrina kayla keith kelly kelvin ken kenneth kevin khaled khalid kieran kim
    kimberly kirsten kirsty klaus krishna kristen kristin kristina kristof krystyna
    krzysztof kumar kurt kyle lars larissa larry laszlo laura lauren laurence laurent
    lawrence lea leah leandro lena lennart leo leon leonard leonardo leonie leroy leslie
    lewis liam lidia lilian liliana lily lina linda lindsay lindsey lisa liz lloyd lorena
    lorenzo lori lorraine lothar louis louisa louise luc luca lucas lucia luciana luciano
    lucie lucy ludwig luigi luis luisa luka lukas lukasz luke lydia lynn maciej madeleine
    madison magdalena mahmoud maja malcolm malgorzata manfred manuel manuela marc marcel
    marcela marcelo marcin marco marcos marcus marek margaret margarita margot maria mariana
    marie marina mario marion marius marjorie markus marlene marta martha martin martina
    marty mary mateo mateusz mathias mathieu mathilde matt matteo matthew matthias maureen
    maurice mauricio maurizio max maxime maximilian megan mehdi mehmet melanie melissa
    mercedes meredith michael michaela michal michel michele michelle miguel mikael mike
    mikhail milan milena miranda mireille miriam mitchell mohamed mohammad mohammed molly
    monica monika monique morgan muhammad mustafa nadia nadine nancy naomi natalia natalie
    natasha nathalie nathan nathaniel neil nelson niall nicholas nick nicola nicolas nicole
    niels nigel nikita nikola nikolai nina noah noel nora norbert norma norman nuno olaf
    oleg olga oliver olivia olivier omar oscar oskar otto owen pablo pamela paola paolo
    pascal patricia patrick patrik paul paula paulina pauline paulo pavel pawel pedro peggy
    penelope per peter petra phil philip philippa philippe phillip phoebe pierre piotr priya
    rachel radek rafael rahul rainer raj rajesh ralf ralph ramon randy raphael raquel rashid
    raul ravi raymond rebecca regina reinhard renata renate rene rhys ricardo riccardo
    richard rick ricky rita rob robert roberta roberto robin rodrigo roger roland rolf roman
    ronald ronnie rosa rosalind rosemary ross roxanne roy ruben rudolf rui rupert russell
    ruth ryan sabine sabrina sally salvatore samantha samir samuel sandra sandro sanjay
    santiago sara sarah sascha saskia scott sean sebastian selina serena sergei sergey
    sergio seth shane shannon sharon shaun shawn sheila shirley sigrid silke silvia simon
    simone sinead siobhan sofia sonia sonja sophia sophie stacey stanislav stanley stefan
    stefania stefanie stefano steffen stella stephan stephane stephanie stephen steve steven
    stewart stuart sunil susan susana susanne suzanne sven sylvia sylvie tamara tanya tara
    tatiana ted teresa terence tessa thea theo theodore theresa therese thierry thomas
    thorsten tiago tiffany tim timo timothy tina tobias todd tom tomas tomasz tommaso tommy
    toni tony tracey tracy trevor tristan tyler ulrich ulrike ursula uwe valentina valentin
    valeria valerie vanessa vera veronica veronika vicky victor victoria vijay viktor
    vincent vincenzo vinicius virginia viviana vladimir volker walter wanda warren wayne
    wendy werner wilhelm willem william wojciech wolfgang xavier yann yasmin yolanda yousef
    yuki yusuf yvette yvonne zachary zoe zofia zuzanna aoife ciara eamonn eoin fergus niamh
    oisin padraig roisin sorcha catriona eilidh hamish iain rhian angharad dafydd emyr
    gethin anneke femke joost maarten marieke pieter ruud sanne sjoerd thijs wouter bram
    jeroen floor aksel birgitte eirik gunnar halvor hakan ingeborg jorgen karoline kjell
    knut lise magnus mette morten oystein pernille rasmus sigurd solveig soren stian svein
    tor torben trine tuomas ville yngve aino antti eero eija jukka juha kaisa kari lauri
    markku matti mikko minna pekka pirjo riikka sanna tapio aleksandra andrej anze bojan
    branko dejan dragan goran jelena jovana ljiljana marija marko milica miodrag mirjana
    nebojsa nemanja nenad nikolina petar radovan sanja sasa slobodan snezana srdjan stanko
    tanja tijana vesna vladan zdenka zdravko zoran ales jarmila jiri kamila kveta lenka
    ludmila milos miroslav ondrej radka tereza vaclav vladislav zdenek agota balazs csaba
    eszter ferenc gabor gergely gyorgy istvan janos jozsef kata katalin krisztian mate
    mihaly miklos orsolya reka sandor szabolcs tamas tibor zoltan zsofia zsuzsanna abebe
    adebayo adeola amara ayodele babatunde chidi chinedu emeka funmi ifeoma kwame kofi ngozi
    nkechi obinna olumide oluwaseun temitope thabo thandiwe tunde uche yaw zainab akira
    ayumi haruki hiroko keiko kenji kenta makoto mariko naoki satoshi takashi takeshi yoko
    yoshiko jiho minjun seoyeon wei xiaoming ying jing ming haoyu linh nguyen thanh tuan
    arun aditi anjali ananya deepika divya gaurav harish kavita kiran lakshmi manish meena
    mohan neha nikhil nisha pooja pradeep preeti rakesh ramesh rohan rohit sandeep sanjeev
    shreya sneha suresh sushma swati usha vikas vikram vinod vivek bilal farah fatma hamza
    hana hasan huda jamal layla leila maryam mona nabil nasser noor nour omer rania reem
    saad salma samira sami tariq yasin youssef zahra
    """.split()
)

DOUBTFUL = frozenset(
    """
    will mark may grace rose bill frank jack art april june august dawn faith hope joy drew
    pat sue rich chase chance chad don dick rob gene grant guy hunter jade lance miles nick
    ray rod skip stew summer violet ivy daisy amber crystal destiny dale dean lane lee
    mercedes paris london austin jordan chelsea georgia florence virginia madison israel
    alexa siri max bob sam dan ken ben ted tim jay jan van cash penny christian tor floor
    per josh maria angel angelo iris olive ruby pearl ginger holly heather robin phoenix
    reed brook brooke blake bishop carter case cliff clay earl forest glen herb king major
    mason norm prince rusty sandy sterling storm trip wade mona usha nour hana mate reka
    ville
    """.split()
)

FAMILY = frozenset(
    """
    smith jones taylor brown williams wilson johnson davies patel robinson wright thompson
    evans walker hughes edwards hall clarke jackson harris lewis clark scott turner hill
    moore cooper ward morris king watson baker harrison morgan young allen mitchell anderson
    phillips lee bell parker davis bennett miller cook shaw carter richardson murphy garcia
    martinez rodriguez hernandez lopez gonzalez perez sanchez ramirez torres flores rivera
    gomez diaz reyes nguyen kim muller schmidt schneider fischer weber meyer wagner becker
    schulz hoffmann koch bauer richter klein wolf schroder neumann schwarz zimmermann braun
    kruger hofmann hartmann lange rossi russo ferrari esposito bianchi romano colombo ricci
    marino greco bruno dubois durand leroy moreau laurent lefebvre michel bertrand roux
    fournier girard silva santos ferreira pereira oliveira costa rodrigues martins jesus
    sousa fernandes goncalves nowak kowalski wisniewski wojcik kowalczyk kaminski
    lewandowski zielinski jansen de vries bakker visser smit meijer bos mulder peters hansen
    johansen olsen larsen andersen pedersen nilsen kristiansen jensen karlsen nielsen
    christensen rasmussen johansson andersson karlsson nilsson eriksson larsson olsson
    persson svensson gustafsson korhonen virtanen makinen nieminen singh kumar sharma gupta
    khan ahmed hussain ali begum shah malik o'brien o'connor kelly ryan walsh byrne sullivan
    mccarthy gallagher doherty kennedy lynch murray quinn chen wang li zhang liu yang huang
    zhao wu zhou tanaka sato suzuki takahashi watanabe yamamoto nakamura kobayashi
    """.split()
)
