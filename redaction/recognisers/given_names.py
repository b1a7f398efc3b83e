"""Common given and family names, lower case, no accents; written down for this project.

Given names that are also everyday words or places, in one of the languages that the rules read
(will, mark, may, nada, elle, devon), are ``DOUBTFUL``: they count only with a second sign, such as
a capital and a family name.
"""

import unicodedata

GIVEN = frozenset(
    """
    aaron abbie abby abdel abdul abdullah abdulrahman abebe abel abhishek abigail
    abraham ada adam adebayo adel adela adelaide adele adeline adeola aditi adnan adolf
    adolfo adria adrian adriana afonso agata agathe agnes agnieszka agota agustin ahmad
    ahmed aidan aileen aimee aino aisha akash akio akira aksel akshay alain alan alana
    alastair alba albert alberto albin alec alejandra alejandro alejo aleksandra alena
    ales alessandra alessandro alessia alexander alexandra alexandre alexandria
    alexandros alexei alexis alfie alfonso alfred alfredo ali alice alicia alina alisha
    alison alistair allan allegra allison alma almir alois aloysius alphonse alva alvaro
    alvin alvina alyson alyssa amalia amanda amar amara amaury amber ambrose amelia
    amelie america amina amir amit amos amparo amrita amy ana anabel anais ananya
    anastasia anastasios anatole anatoly anders andre andrea andreas andree andreea
    andrei andrej andres andrew andrey andris andrzej andy aneta angela angeles angelica
    angelika angelina angelique angelo angelos angharad angus anibal anika anil anirudh
    anisa anisha anita anja anjali anka ann anna annabel annabelle annalisa annamaria
    anne anneke anneliese annette annie annika annmarie ansel anselm ante anthony antje
    antoine anton antonella antonia antonina antonio antti anup anwar anya anze aoife
    apolonia april araceli aram archibald archie aria ariadna ariana arianna ariel
    ariella aris aristide arjun arkadiusz arlene arlette armand armando armin arnaud
    arne arno arnold arron artem arthur artur arturo arun arvid arvind aryan asad asha
    ashley ashok asier asif aslak assunta astrid athena aubrey audrey augusto aurelia
    aurelie aurora austin ava avery avi avril axel axelle ayaan ayesha aylin ayodele
    ayumi aziz azra babatunde bailey balazs balthazar baptiste barbara barney barry bart
    bartholomew bartlomiej bartosz basil bastian bastien beata beatrice beatriz becky
    belen belinda bella belle ben benedict benita benito benjamim benjamin benoit
    berenice berit bernadette bernard bernardo bernd bernhard bernice bertha bertie
    bertram beryl bess beth bethany bettina betty beverley beverly bhavna bianca bilal
    birgit birgitte bjarne bjoern bjorg bjorn blaise blanca blanche blanka blazej bob
    bobbie bobby bodil bogdan boguslaw bojan boleslaw bonnie boris bozena brad braden
    bradford bradley brady bram brandi brandon brandy branislav branko breanna brenda
    brendan brenna brent brett brian briana brianna brianne bridget britney britta
    brittany bronislaw bronte bronwyn brooklyn bruce bruno bryan bryant bryce bryn burak
    burcu byron caden caitlin caitlyn caleb callum calum calvin cameron camila camille
    camilo can candace candice cara carina carissa carl carla carlo carlos carlotta
    carly carme carmela carmelo carmen carmine carol carolina caroline carolyn carrie
    carson carsten cary casey cassandra cassidy cassie catalina catarina cath cathal
    catherina catherine cathy catriona cecil cecile cecilia cecilie cedric celeste
    celestine celia celina celine cem cesar chaim chandra chantal chantelle charlene
    charles charlie charlotte charlton charmaine chas chaya chelsea chelsey cherie
    cherry cheryl chester chiamaka chiara chidi chinedu chinonso chloe chris chrissie
    christa christel christelle christer christiaan christian christiane christie
    christina christine christoph christophe christopher christos christy chuck cian
    ciara ciaran cillian cindy ciro claire clara clarence clarice clarissa claude
    claudette claudia claudine claudio claus clay clayton clelia clement clementine cleo
    clifford clifton clint clinton clive clotilde clyde cody colette colin colleen
    concetta connor conrad constance consuelo cora coralie cordelia corentin corey
    corina corinna corinne cornel cornelia cornelis cornelius cory cosimo cosmin costas
    courtney craig cristian cristiano cristina cristobal csaba curtis cynthia cyril
    cyrille dafydd dagmar dagny daisuke daisy dalia dalton damian damien damir damon dan
    dana dani danica daniel daniela daniele danielle danika danilo danny danuta daphne
    darcy daria dario darius darko darlene darnell darrell darren darryl daryl dave
    david davide davina davis dawid dayana dean deanna debbie deborah debra dee deepak
    deepika deirdre dejan delia della delphine demetrius demi denes denis denise deniz
    dennis derek derrick desiree desmond devin devon dewi dex diana diane diarmuid diego
    dieter dilara dilip dimitri dimitris dinah dino dion dionne dirk divya dmitri dmitry
    dmytro dolores domenico domingo dominic dominik dominika dominique donald donatella
    donna donnie donny dora doreen dorian dorin doris dorota dorothea dorothy doug
    dougal douglas dragan dragica drago duane duarte dulce duncan dusan dwayne dwight
    dylan eamonn earnest ebony echo edda eddie eddy edgar edie edison edith edmond
    edmund edna edoardo eduard eduardo edvard edward edwin edyta eero effie efrain egon
    eija eileen eilidh eirik ekaterina elaina elaine eldon eleanor elena eleni eleonora
    eleonore eliana eliane elias elif elijah elin elina eliot elisa elisabeth elise
    eliseo eliska elizabeth elizaveta elke ella elle ellen ellie elliot elliott elodie
    eloise elroy elsa else elsie elton elvira elvis elzbieta emanuel emanuela emeka
    emerson emery emil emile emilia emiliano emilie emilija emilio emiliya emily emine
    emma emmanuel emmanuelle emmett emory emyr ena endre enid ennio enola enrica enrico
    enrique enzo eoin ephraim eric erica erich erick ericka erik erika erin erlend
    ernest ernestine ernesto ernst errol ervin erwin esme esmeralda esperanza esra
    esteban estefania estella estelle ester esther estrella eszter ethan etienne etta
    euan eudora eugen eugene eugenia eugenio eugeniusz eulalia eunice eusebio eustace
    eva evan evangelina evangelos eveline evelyn evert evgeni evie evita ewa ewan
    ewelina ezekiel ezra fabian fabienne fabio fabiola fabrice fabrizio fadi faina
    faisal faith farah farid faruk fatemeh fatima fatma fatou faustino fay faye federica
    federico federika fedor felice felicia feliciano felicitas felicity felipe felix
    femke ferdinand ferenc fergal fergus fern fernand fernanda fernando ffion fidel
    filip filippa filippo filomena finbar finlay finley finn finnian fiona fionn
    fionnuala fiorella flavia flavio fleur floor flora florence florentin florian florin
    flynn fran frances francesca francesco francine francis francisca francisco
    franciszek franck franco francois francoise frantisek franz franziska fred freda
    freddie frederic frederica frederick frederico frederik frederique freya frida
    frieda friedrich fritz fulvio funmi gabe gabor gabriel gabriela gabriele gabriella
    gabrielle gael gaetan gaetano gail galina gareth garfield garrett garry gary gaspar
    gaston gaurav gavin gavril gemma genevieve genoveva geoff geoffrey georg george
    georges georgette georgi georgia georgie georgina georgios gerald geraldine gerard
    gerda gergely gergo gerhard germaine german gerry gertrude gervais gethin ghislaine
    giacomo gianfranco gianluca gianni gianpaolo gideon gil gilbert gilberto gilda giles
    gilles gillian gina ginevra ginny gino giorgio giovanna giovanni gisela giselle gita
    giulia giuseppe gizela gladys glenda glenn gloria godfrey goetz gonca gonzalo goran
    gordana gordon gosia graciela graeme graham grainne grazia graziella grazyna greg
    gregor gregorio gregory greta gretchen grete gretel griffin grigory grzegorz
    guadalupe gudrun guido guilherme guillaume guillermo gunnar gunter gunther gus
    gustaf gustav gustavo guy gwen gwendolyn gwyneth gyorgy gyula haakon habib hadley
    hadrian hakan hal haley halina halle halvor hamid hamish hamza hana hanif hank hanna
    hannah hanne hannelore hannes hans hansjorg haoyu harald hari harish harmony harold
    harriet harriett harrison harry haruki harvey hasan hassan hattie haydee hayden
    hayley hazel heath heather hector hedda hedwig heidi heike heiner heinrich heinz
    helen helena helene helga helma helmut helmuth heloise hendrik henk henning henri
    henrietta henriette henrik henrique henry henryk herbert heriberto herman hermann
    hermine hernan hilary hilda hilde hildegard hiram hiroko hironori hiroshi hjalmar
    hollie holly homer honor horace horacio horst hortense howard howie hristo hubert
    huda hugh hugo humberto humphrey husnu hussein hyacinth iain ian iben ibrahim ida
    idris ieva ifeoma iga ignacio ignacy igor ike ilaria ildiko ilker ilona ilse ilya
    iman imelda imke imogen imran imre ina indira indra ines inga inge ingeborg inger
    ingmar ingrid inigo inka ioana ioannis iona ira irena irene irenka irfan irina iris
    irma irvin irving irwin isa isaac isaak isabel isabela isabella isabelle isadora
    isaiah ismael ismail isolde issa istvan itziar ivan ivana ivar ivaylo ivet ivo
    ivonne iwan iwona izabela izzy jace jacek jackie jackson jaclyn jacob jacqueline
    jacques jaden jadwiga jagoda jaime jairo jakob jakov jakub jalen jamaal jamal james
    jameson jamie jamila jamison jan jana jane janek janet janette janice janina janine
    janis janne jannik jannis janos jared jarek jarmila jarmo jarod jaroslav jaroslaw
    jarrod jasmin jasmina jasmine jasna jason jasper javier javiera jaxon jay jayden
    jayne jean jeanette jeanine jeanne jeannette jeannie jed jedrzej jeff jeffrey jelena
    jelle jemima jen jenifer jenkin jenna jennie jennifer jenny jens jeremiah jeremie
    jeremy jermaine jeroen jerome jerry jerzy jesper jess jesse jessica jessie jesus
    jethro jia jiho jill jillian jim jimena jimmy jin jindrich jing jiri joachim joakim
    joan joana joann joanna joanne joao joaquin joaquina jocelyn jochen jodi jodie jody
    joe joel joelle joey johan johann johanna johannes john johnathan johnnie johnny
    jolanda jolanta jolene jon jonah jonas jonathan jonna jonny joost jordan jordana
    jordi jordyn jorg jorge jorgen jorn jorunn joscha jose josef josefa josefina
    josefine joseline joseph josephina josephine josh joshua josiah josie josip joss
    jovan jovana joy joyce jozef jozsef juan juana juanita judd jude judi judith judy
    juha jukka julia julian juliana juliane julie julien juliet julieta juliette julija
    julio julius juliusz june juno jurgen jurgis juri justin justina justine justus
    justyna jutta kaan kacper kai kaia kaisa kaitlin kaitlyn kaja kaleb kalina kalle
    kalpana kamal kamala kamil kamila kane karan karel karen kari karia karim karin
    karina karine karl karla karlheinz karlo karol karola karolin karolina karoline
    karsten kasia kasimir kaspar kasper kat kata katalin katarina katarzyna kate
    katerina katharina katharine kathe katherine kathi kathie kathleen kathrin kathryn
    kathryne kathy katia katie katinka katja katrin katrina katrine katy kavita kaya
    kayla kaylee kazimierz kazuki kazuo keeley keiko keira keisha keith kelley kelli
    kelly kelsey kelvin kemal ken kenan kendall kendra kendrick kenji kennedy kenneth
    kenny kenta kerem kerri kerry kerstin ketan kevan kevin khadija khaled khalid khalil
    kiara kiera kieran kieron kim kimberley kimberly kinga kira kiran kirk kirsi kirsten
    kirstie kirstin kirsty kitty kjell kjersti klaas klara klaudia klaus klemens klement
    knut kobe koen kofi kolya konrad konstantin konstantinos korey kornelia kostas kris
    krishna krishnan krista kristen kristi kristian kristiina kristin kristina kristine
    kristjan kristof kristofer kristopher kristy krisztian krisztina krystal krystian
    krystyna krzysztof ksenia kuba kumar kunal kurt kveta kwame kyle kylie kyra lacey
    laila lajos lakshmi lamar lamine lana landon lara laras larisa larissa larkin larry
    lars lasse laszlo latasha latifah latisha latoya laura laureen laurel lauren
    laurence laurene laurent lauri laurie lauryn lavinia lavonne lawrence lawson layla
    lazar lea leah leander leandra leandro leann leanne leela leif leigh leila leland
    lelia len lena leni lenka lennart lennon lenny lenora leo leon leonard leonardo
    leonel leoni leonid leonidas leonie leonor leonora leontine leopold leopoldo leroy
    lesia lesley leslie leszek leta letha leticia letizia letty lev levente levi lewis
    lexi leyla leyton liam liana lidia lidija liesbeth liesel lieselotte lila lili lilia
    lilian liliana lilith lillian lilly lily lina linda lindsay lindsey linh lino linus
    lionel lis lisa lisbeth lise lisette lissa liv livia liz lizbeth lizzie ljiljana
    lloyd lluis logan loic lois lola lolita lonnie lora loraine loreen lorelei loren
    lorena lorenzo loretta lori lorna lorraine lothar lotte lottie lou louella louis
    louisa louise lourdes lovisa loyd luana lubomir luc luca lucas lucca lucia lucian
    luciana luciano lucie lucien lucila lucile lucille lucinda lucio lucius lucja
    lucrezia lucy ludek ludmila ludo ludovic ludwig luella luigi luigia luis luisa luise
    luiz luiza luka lukas lukasz luke lula luna lupita luther lutz luz lyda lydia lyle
    lyn lynda lyndsay lyndsey lynette lynn lynne lyra maarten mabel mable maciej maciek
    mackenzie macy maddie maddison madeleine madison mads mae maeve magali magda
    magdalena magdalene maggie magne magnus mahesh mahmoud mai maia maike maite maja
    makoto malak malcolm malcom malene malgorzata malgosia malika malin mallory malte
    malvina mamadou manasa mandy manfred manish manoj manolis manolo manon mansi manuel
    manuela mara marc marcel marcela marcelina marceline marcella marcello marcelo marci
    marcia marcie marcin marco marcos marcus marcy mareike marek maren marga margaret
    margarete margarethe margarita margaux marge margery margherita margie margit
    margita margot margrit marguerite maria mariah mariam mariana marianna marianne
    mariano maribel maribeth maricela marie marieke mariela marielle marietta marija
    marijke marika mariko marilena marilou marilyn marin marina marinus mario mariola
    marion marisa marisela marisol marit marita marius mariusz mariya marjolein marjorie
    markku marko markus marla marlen marlene marlies marlin marlon marnie marsha
    marshall marta martha marthe martijn martin martina martine marton marty martyn
    marva marvin mary maryam maryann maryanne marylou masako masha massimiliano massimo
    mate matej mateo mateusz matheus mathew mathias mathieu mathijs mathilda mathilde
    mathis matias matilda matilde matt matteo matteus matthew matthias matti mattia
    mattie matus matyas maud maude maura maureen maurice mauricio maurizio mauro mavis
    max maxim maxime maximilian maximilien maximillian maximo maxine maya mayra mckenna
    meena meera meg megan mehdi mehmed mehmet mei melania melanie melba melina melinda
    melisa melissa mellie melody melvin melvyn mena mercedes meredith merete merle
    mervyn meryem mette mia mica micah michael michaela michaele michaelis michal
    micheal michel michelangelo michele michelle mickey mieczyslaw miette migdalia
    miguel mihai mihaly mika mikael mike mikhail mikkel mikko miklos mikolaj mila milan
    mildred milena milica miljan millicent millie milo milos milton mimi mina mindy
    minerva ming minjun minna miodrag mira miranda mireille mirela mirella miren miriam
    mirjana mirko miro miroslav miroslava mirza misha missy misty mitch mitchell mitsuko
    mitzi moa moe mohamad mohamed mohammad mohammed mohan moira moises mollie molly mona
    monica monika monique monserrat monty morgan morgane moritz morten moses moshe
    mostafa muhammad muhammed munir murat muriel murray mustafa myles myra myrna myron
    myrtle nabil nada nadezhda nadia nadine nadja nadya naja najib nan nancy nanette
    nanna naoki naomi naomie napoleon narciso narendra nash nasrin nasser nastasia
    natacha natale natali natalia natalie natalja natalya natasa natascha natasha
    nathalie nathan nathanael nathaniel naveed navin neal nebojsa ned neda neha neil
    nela nell nellie nello nelly nelson nemanja nenad neo nerea nerina nessa nestor
    netta neva neville ngozi nguyen nia niall niamh niccolo nicholas nicholaus nick
    nicki nicky nicol nicola nicolas nicole nicoleta nicoletta nicolette niels nieves
    nigel nihal niina nika nikhil nikhita nikita nikki niklas nikodem nikol nikola
    nikolai nikolaj nikolaos nikolas nikolaus nikolina nikos nils nimrod nina nino nisha
    nita nitin nkechi noa noah noam noel noelia noeline noelle noemi nolan nona noor
    nora norah norbert noreen noriko norma norman normand norris nour nova nuno nur
    nuria nydia nyla oana obinna oceane octavia octavio odette odile odin ofelia oisin
    ola olaf olav ole oleg oleksandr olena olenka olga olgierd olimpia olive oliver
    olivia olivier oliwia oliwier ollie olof oluf olumide oluwaseun omar omari omer ona
    ondrej oona ophelia ora oren oriana oriol orla orlando orsolya orson orval osama
    oscar oskar osman osvaldo oswald otis otmar ottavio ottilie otto oumar ove owen
    oystein ozgur ozlem paavo pablo paco paddy padraig paige paloma pam pamela pamella
    panagiotis pandora pansy pantelis paola paolina paolo parker parvati pascal pascale
    pascual pasquale pat patience patrice patricia patricio patrick patrik patrizia
    patrycja patsy patti patty paul paula pauletta paulette paulina pauline paulo pavel
    pawan pawel paz peder pedersen pedro peer peggy pekka pelagia penelope pepe per
    percival percy perla pernilla pernille perry petar peter petr petra petronella
    petros petter petunia peyton phil philip philipp philippa philippe phillip philomena
    phineas phoebe phyllis pia pier pierluigi pierre pierrette pieter pietro pilar pim
    pinar piotr piper pippa pirjo pirkko piroska polina polly pooja poppy porter pradeep
    prakash pranav prasad pratik precious preeti prem prentice presley preston primo
    princess priscilla priya priyanka prudence przemyslaw purificacion quentin quincy
    quinn quinton raban rachel radek radim radka radko radmila radomir radoslav radoslaw
    radovan radu rae rafa rafael rafaela rafaelle rafe raghav rahul raimund raina rainer
    raisa raj raja rajeev rajesh rajiv rakesh raleigh ralf ralph ramesh ramiro ramon
    ramona ramsey rana randall randi randolph randy rania ranjit raoul raphael raphaela
    raquel rashad rashid rashida rasmus ratko raul raven ravi ravindra raya raymond
    raymundo raynor reagan reba rebecca reece reed reem reese reggie regina reginald
    reina reinaldo reiner reinhard reinhilde reinhold reka remedios remi remigiusz
    remington remo remy rena renata renate renaud rene renee renzo reta reuben reva rex
    rey reyes reza rhea rhett rhian rhiannon rhoda rhona rhonda rhys ria rian ricarda
    ricardo riccarda riccardo richard richelle richie rick rickey ricky rico rigoberto
    riikka rikke riley rin rina rino rishi rita ritchie rivka roald rob robbie robby
    robert roberta roberto robin robyn rocco rocio rod roderick rodger rodney rodolfo
    rodrick rodrigo rogelio roger rogerio rohan rohini rohit roisin roland rolande
    rolando rolf roma romain roman romana romeo romi romina romola ronald ronaldo ronan
    ronda ronnie ronny rory rosa rosalia rosalie rosalina rosalind rosalinda rosalyn
    rosamund rosana rosanna rosanne rosaria rosario rosaura roscislaw roseanne rosella
    roselyn rosemary rosetta rosie rosina rosita roslyn ross rossana rossella rowan
    rowena roxana roxanne roxie roy royce ruben rubens rubina ruddy rudi rudolf rudolph
    rudy rufus rui rune rupa rupert ruperta ruslan russell ruta ruth ruthie ruud ryan
    ryder ryoko ryszard saad sabina sabine sabino sabri sabrina sadie sadiq saga sage
    sahar saida saif sakura sal salah salim sally salma salome salomon salvador
    salvatore sam samantha samara sameer sami samina samir samira sammy samson samuel
    sana sanaa sandeep sander sandi sandor sandra sandrine sandro sandy sanja sanjay
    sanjeev sanna sanne santiago santino saoirse sapna sara sarah sarai saranya sasa
    sascha sasha saskia satoko satoshi satya saul savanna savannah savvas scarlett scot
    scott scottie sean sebastiaan sebastian sebastiao sebastien selina selma semyon
    senan seoyeon serafina seren serena serge sergei sergey sergio sergiu sergiusz
    serkan servet seth severin severine seymour shaikh shakira shamim shana shane
    shanelle shania shanna shannon shanta sharda shari sharlene sharon sharron shaun
    shauna shawn shawna shayna sheena sheila shelby sheldon shelia shelley shelly sheri
    sherif sherman sherri sherrie sherry sherwin shigeru shinji shirin shirley shiv
    shlomo shona shreya shreyas shyam sian sibel sibylle sid sidney sidonie siegfried
    sienna sierra sigmund sigrid sigrun sigurd silas silke silvana silvano silvester
    silvia silvio simeon simon simona simone simran sinan sindre sinead sini siobhan
    siri sisko sissel sixten sjoerd skye skyler slavko slawomir slobodan sneha snezana
    snjezana sofia sofie sofija sofya sol solange soledad solveig sonia sonja sonny
    sophia sophie sophus soraya sorcha soren sorin soumaya spencer spiros srdjan stacey
    staci stacie stacy stan stanislav stanislava stanislaw stanka stanko stanley stasia
    stavros stefan stefani stefania stefanie stefano steff steffen stefka stella sten
    stephan stephane stephanie stephany stephen stephon sterling stevan steve steven
    stevie stewart stian stig stina stuart sudhir sue suleiman sultan sumit sunil sunita
    sunniva sunny suresh susan susana susann susanna susanne sushma susie suzan suzanna
    suzanne suzette suzy svein sven svenja sverre svetlana svitlana swati swen sybil
    sydney sylvain sylvana sylvester sylvia sylvie sylwia szabolcs szilard szymon tabea
    tabitha tadej tadeusz tahir taina takashi takeshi takumi talia talitha tallulah tam
    tamar tamara tamas tamer tami tamika tammi tammie tammy tancredi tania tanisha tanja
    tanner tanya tapio tara taras tariq taryn tasha tatiana tatjana tatum tatyana tawnya
    tayler taylor tea teagan ted teddy teemu teena tegan teija tekla telma temitope teo
    teodor teodora teodoro terence teresa terese teressa tereza teri terje terrance
    terrell terri terrie terry tess tessa tessie thabo thaddeus thalia than thandiwe
    thanh thea thelma theo theodor theodora theodore theodoros theresa therese theresia
    thibault thibaut thierry thijmen thijs thilo thom thomas thora thorbjorn thorin
    thorsten thurston tia tiago tiana tiara tiberiu tibor tiffany tiina tijana tijmen
    tilda till tilly tim timea timmy timo timofey timothy timur tina tini tito titus
    tobia tobias tobin toby tod todd tom toma tomas tomasz tomi tomislav tommaso tommie
    tommy toni tonia tonja tonje tonny tony tonya topias tor torben torbjorn tori
    torsten tove trace tracey tracie tracy travis trent trenton trevor trey tricia trina
    trine trinidad trinity trish trisha tristan trond troy trudi trudy truls trygve tuan
    tudor tunde tuomas tuula twila ty tyler tyra tyrell tyrone tyson uche ugo ulf ulises
    ulla ulric ulrich ulrike uma umar umberto una unai urban uri uriel urs ursa ursula
    urszula usha usman uwe uzma vaclav vaclava vadim val valarie valdemar valentijn
    valentin valentina valentino valeria valeriano valerie valeriu valeriy valery
    valeska vance vanessa vanja vasco vasil vasile vasiliki vasilis vasily vaughn veda
    veerle veikko velma vena venera venkat venus vera verena vergil verna vernon vero
    verona veronica veronika veronique vesa vesna vessela vic vicente vicki vickie vicky
    victor victoria vidar vidica vidya vigdis vihaan vijay vikas vikram viktor viktoria
    viktorija vilhelm vilja villads ville vilma vilmos vin vince vincent vincente
    vincenza vincenzo vinicius vinod viola violeta violetta violette virgie virgil
    virgilio virginia virginie vishal visnja vita vital vitaly vito vitor vittoria
    vittorio viveca vivek vivian viviana viviane vivianne vivien vivienne vlad vladan
    vladimir vladimira vladislav vlado vlasta vojtech volker volodymyr vsevolod wade
    waldemar walid wallace wally walt walter walton wanda wanjiru warren wasim wayne
    webster wei weldon wenche wendell wendi wendy werner wes wesley weston whitney
    wieslaw wieslawa wiktor wiktoria wilbert wilbur wilda wiley wilford wilfred wilfredo
    wilfried wilhelm willa willard willem william willie willis wilma wilmer wilson
    winfred winfried winifred winnie winona winston wladyslaw wlodzimierz wojciech
    wolfgang woodrow wouter wynne xander xavi xavier xenia xiaoming ximena xiu yael yair
    yana yanis yann yannick yannis yara yaroslav yasemin yaser yasin yasmeen yasmin
    yasmina yasuko yaw yehuda yelena yesenia yevgeny yigit ying ylva yngve yoann yohan
    yoko yolanda yolande yoram yosef yoshi yoshiko yousef youssef yousuf yu yuki yuko
    yulia yuliya yunus yuri yusef yusra yusuf yves yvette yvonne zach zachariah zachary
    zachery zack zahra zainab zander zane zara zarina zbigniew zbynek zdenek zdenka
    zdravko zdzislaw zehra zeki zelda zelma zena zeno zenon zeynep zhanna ziad zita
    zlata zlatan zlatko zoe zoey zofia zofie zola zoltan zora zoran zoya zsofia zsolt
    zsuzsanna zuzana zuzanna zvonimir zygmunt
    """.split()
)

DOUBTFUL = frozenset(
    """
    abel ada adelaide alba alexa alexandria alfa alma amber america amos amparo angel
    angeles angelo ante april aram aria art august aurora austin bailey beat bella belle
    ben beryl bill bishop blake bo bob bobby bonnie bradford brandy britt bronte brook
    brooke brooklyn can candida carmine carson carter case cash chad chance chase
    chelsea cherry chester christian chuck clarence clay clementine cliff clinton
    consuelo cora cornel crystal dag daisy dale dalton damon dan dara dawn dean dee
    destiny devon dex dick dion dolores domingo don dorian drew dulce earl earnest ebony
    echo eddy ella elle else emery ever evert faith fay fern fidel finn floor flora
    florence florin forest france frank gala gale garfield gene georgia german ginger
    gita glen grace grant griffin guy hal halle hana harmony hazel heath heather herb
    holly homer honor hope horace horst hunter hyacinth ida iga ike iman indra inga inge
    inger inka ira iris isa israel ivo ivy jace jack jade jan jay jordan josh joss joy
    jude june juno kai kane kat kaya ken king kitty kobe lacey lance lane laurel lazar
    lee lev lex li lima lin lino lis liv london lorraine lou lourdes love luna luz lyra
    madison mae mai major malin mara marga marge mari maria marin mark marlin marshall
    mason mate mats max may mei melody mena mercedes mercy merle mia mica mickey mila
    miles milo milton mina minerva mini mira miro misty mo moa moe mona moody moses nada
    nan nanna nash nata neda nela neo nera nia nick nieves nino nita noa norm nour nova
    nur odin ola olive ona oona ora orla paddy page paige pandora pansy paris parker pat
    patience patsy patty pearl peer per percy perla perry petunia phoenix pia pier pilar
    piper poppy porter precious presley preston primo prince princess prudence
    purificacion quincy raja raleigh rana raven ray reagan reed regina reina reka
    remedios rena reta rex ria rich rico riley rin rob robin rocio rod roma romana romeo
    rosario rose ruby ruddy rune rusty ruta saga sage sal salome salvador sam sana
    santiago saul savanna savannah scot serge shelley sherry shiv sian sierra sini siri
    skip sol sole soledad sonny spencer sterling stew stig storm sue sultan summer sunny
    sydney tam tamer tana tanner tatum tea ted than tia till tim tini tito titus tod tor
    tori trace trent trinity trip troy ty tyson ula uma una urban usha ute van veda vena
    venus vera vic vila ville viola violet violeta virgil virginia vita vital wade wally
    walton webster wes weston will willow win winnie yana zen ziad zola
    """.split()
)

FAMILY = frozenset(
    """
    adams adamson aguilar aguirre ahmed aitken albrecht alexander ali allan allen alonso
    alvarado alvarez alves amato andersen anderson andersson andrade andrews antonelli
    appleton archer arias armstrong arnold arroyo ashton atkins atkinson austin avila
    ayala bailey baird baker bakker baldwin ballard barber barbieri barker barlow barnes
    barnett baron barr barrera barrett barron barry bartlett barton bates bauer beaumont
    beck becker beckett begum bell benitez bennett benson berger bergman bergstrom
    bernard berry bertolini bertrand best beyer bianchi bishop black blackburn blackwell
    blair blake blanc blanchard blanco bloggs bond bonner bonnet booth bos boucher boyd
    boyer boyle bradley bradshaw brady brandt braun bravo brennan brewer bridges briggs
    brock brooks brown browning bruce bruno bryan bryant buchanan buckley burgess burke
    burnett burns burton busch bush butler byrd byrne cabrera calderon caldwell callahan
    cameron campbell campos cannon cano cardoso carey carlson carpenter carr carroll
    carson carter caruso carvalho casey castillo castro chambers chan chandler chang
    chapman charles chavez chen cheng cho christensen christian chung church clark
    clarke clayton clements cline cobb cohen coleman collins colombo conley conner
    connolly conrad contreras conway cook cooke cooley coombs cooper copeland corbett
    corona cortes cortez costa costello cowan cox craig crane crawford cross cruz cullen
    cummings cunningham curtis dahl dalton daly daniel daniels daugherty davenport
    davidson davies davis davison dawson de dean decker delacroix deleon delgado deluca
    dennis diallo dias diaz dickinson dickson dietrich dixon dobson dodson doherty
    dominguez donaldson donnelly donovan dorsey dougherty douglas doyle drake duarte
    dubois dudek duffy duke dumas dumont duncan dunlap dunn dupont duran durand eaton
    edmonds edwards eklund elliott ellis emerson engel engstrom erickson eriksson
    escobar espinoza esposito estrada evangelista evans everett ewing faber fabre farmer
    farrell faulkner faure feldman felix ferguson fernandes fernandez ferrari ferreira
    ferreri fiedler figueroa finch fink finley fischer fisher fitzgerald fitzpatrick
    fleming fletcher flores flynn foley fonseca fontaine forbes ford forster foster
    fournier fowler fox francis franco frank franke franklin fraser frazier frederick
    freeman french frey friedman friedrich fritz frost fuchs fuentes fuller gaillard
    gallagher gallo galvan gamble garcia garner garnier garrett garrison gates gauthier
    geiger george gerard gibbons gibbs gibson gilbert giles gill gillespie giordano
    girard giraud glover goldberg golden goldstein gomes gomez goncalves gonzalez
    goodman goodwin gordon gould graf graham grant graves gray greco green greene
    greenwood greer gregory grey griffin griffith griffiths grimes gross guerra guerrero
    guillaume gunther gupta gustafsson gutierrez guzman haas hahn hale haley hall
    hamilton hammond hampton hancock hanna hansen hanson hardin harding hardy harmon
    harper harrington harris harrison hart hartley hartmann harvey hass hatfield hawkins
    hayden hayes haynes heath hebert heinrich heller henderson hendricks henry hensley
    henson herman hermann hernandez herrera herring hess hewitt hickman hicks higgins
    hill hines hobbs hodge hodges hodgson hoffman hoffmann hofmann hogan holden holder
    holland holloway holm holmberg holmes holt hood hooper hopkins hopper horn horne
    horton houston howard howe howell huang hubbard huber hudson huff huffman hughes
    humphrey humphreys hunt hunter hurley hurst hussain hutchinson ibarra ingram irwin
    ivanov jackson jacobs jacobson jacques james jansen jarvis jefferson jenkins
    jennings jensen jesus jimenez johansen johansson johnson jones jordan joseph joyce
    juarez kaiser kaminski kane kaplan kapoor karlsen karlsson kaufmann kaur keller
    kelley kelly kemp kennedy kenny kent kerr kessler khalil khan kim kimura king kirby
    kirk klein kline knapp knight knowles knox kobayashi koch koenig kohler konig
    korhonen kovac kovacs kowalczyk kowalski kraft kramer kraus krause kristiansen
    kruger kumar lacroix lamb lambert landry lane lang lange larsen larson larsson
    laurent lawrence lawson leach leblanc leclerc lee lefebvre lehmann leon leonard
    leone leroy lester levine levy lewandowski lewis li lim lima lin lindberg lindgren
    lindholm lindsey lindstrom little liu livingston lloyd logan lombardi long lopez
    lorenz love lowe lucas lucero luna lund lundgren luther lynch lyons macdonald macias
    mackenzie maclean macleod madden maddox maier mair makinen maldonado malik malone
    mann manning marchetti mariani marin marino marques marquez marsh marshall martin
    martinez martins marty mason massey mathews mathieu matos matsumoto matthews maxwell
    may mayer maynard mcbride mccall mccann mccarthy mcclain mcclure mcconnell mccormack
    mccormick mccoy mccullough mcdaniel mcdonald mcdowell mcfarland mcgee mcgrath
    mcguire mcintosh mcintyre mckay mckee mckenna mckenzie mckinney mclaughlin mclean
    mcleod mcmahon mcmillan mcneil mcpherson mcqueen meadows medina meijer mejia
    melendez melton mendes mendez mendoza mercado mercer merritt meunier meyer meyers
    michael michel middleton miles millar miller mills miranda mitchell molina monroe
    montgomery montoya moody moon moore mora morales moran moreau moreira moreno morgan
    moriarty morin morris morrison morrow morse morton moser moses mosley moss mueller
    mulder mullen muller mullins munoz murphy murray myers nakamura nash navarro neal
    nelson neumann newman newton nguyen nichols nicholson nielsen nielson nieminen
    nilsen nilsson nixon noble noel nolan norman norris norton novak nowak nunez nunn
    o'brien o'connor obrien ochoa oconnor odom odonnell okafor okeefe okonkwo oliveira
    oliver olsen olson olsson oneal oneill ono orozco orr ortega ortiz osborn osborne
    owen owens pacheco padilla page paine palmer park parker parks parry parsons patel
    patterson patton paul payne pearce pearson peck pedersen pena pennington pereira
    perez perkins perrin perron perry persson peters petersen peterson petit petrov
    phelps phillips picard pierce pineda pinto pitts pollard pollock ponce pope popescu
    popov porter potter powell powers pratt preston price prieto prince pritchard pruitt
    pugh purcell quinn quintero rahman ramirez ramos ramsey randall randolph rao
    rasmussen ray raymond reddy redmond reed reese reeves reid reilly reyes reyna
    reynolds rhodes ricci rice rich richard richards richardson richmond richter riddle
    riley rios ritter rivas rivera rivers rizzo robbins roberts robertson robinson
    robson roche rodgers rodrigues rodriguez rogers rojas roman romano romero rosales
    rosario rose rosen ross rossi roth roux rowe roy rubio ruiz rush russell russo ruth
    rutherford ryan ryder saitou salas salazar salinas salvador sampson sanchez sanders
    sanderson sandoval sanford santana santiago santoro santos sasaki sato saunders
    savage sawyer schaefer schafer schmidt schmitt schneider schroder schroeder schubert
    schultz schulz schulze schuster schwartz schwarz scott scotti seidel serrano sexton
    seymour shaffer shah shannon sharma sharp shaw shelton shepard shepherd sheppard
    sherman shields short silva simmons simon simpson sims sinclair singh skinner slater
    sloan small smit smith snow snyder sokolov solis solomon soto sousa sparks spence
    spencer stafford stanley stanton stark steele stein steiner stephens stephenson
    stevens stevenson stewart stokes stone stout strauss strickland strong stuart suarez
    sullivan summers sutherland sutton suzuki svensson svoboda swanson sweeney sykes
    szabo takahashi tanaka tate taylor teixeira terry thiel thomas thompson thornton
    tobias todd torres toth townsend tran travis trevino trujillo truong tucker turner
    tyler ueda underwood urban valdez valencia valentine valentini vance vargas vasquez
    vaughan vaughn vazquez vega velasquez velazquez vera vidal villa villanueva
    villareal vincent virtanen visser vogel vogt voigt vries wade wagner walker wallace
    waller walls walsh walter walters walton wang ward warner warren washington watanabe
    waters watkins watson watts weaver webb weber webster weeks weiss welch wells west
    wheeler whitaker whitehead whitney wiggins wilcox wilder wiley wilkerson wilkins
    wilkinson williams willis wilson winkler winter winters wise wisniewski witt wojcik
    wolf wong wood woods woodward wright wu wyatt wynn yamada yamaguchi yamamoto yang
    yates yilmaz yoder york young yu zamora zapata zavala zhang zhao zhou ziegler
    zielinski zimmerman zimmermann
    """.split()
)

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)


def plain(word: str) -> str:
    """A word as the lists have it: lower case, no accents."""
    lower = word.lower()
    if lower.isascii():
        return lower
    parts = unicodedata.normalize("NFD", lower.translate(_LETTERS))
    return "".join(each for each in parts if not unicodedata.combining(each))
