"""The names of months and weekdays in the languages whose dates are read, as dates are printed: the genitive too."""

_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia styczeń ocak ledna leden"
    " tammikuuta tammikuu január ianuarie ιανουαρίου ιανουάριος января січня يناير ינואר",
    "february feb februar feber février fevrier févr fév febrero febbraio fevereiro fev februari lutego luty şubat"
    " února únor helmikuuta helmikuu február februarie φεβρουαρίου φεβρουάριος февраля лютого فبراير פברואר",
    "march mar märz maerz mär mars marzo março maart mrt mart marts marca marzec března březen maaliskuuta maaliskuu"
    " március martie maret μαρτίου μάρτιος марта березня مارس מרץ",
    "april apr avril avr abril abr aprile kwietnia kwiecień nisan dubna duben huhtikuuta huhtikuu április aprilie"
    " απριλίου απρίλιος апреля квітня أبريل ابريل אפריל",
    "may mai mayo maggio mag maio mei maj maja mayıs mayis května květen toukokuuta toukokuu május μαΐου μάιος мая"
    " травня مايو מאי",
    "june jun juni juin junio giugno giu junho czerwca czerwiec haziran června červen kesäkuuta kesäkuu június iunie"
    " ιουνίου ιούνιος июня червня يونيو יוני",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec temmuz července červenec heinäkuuta heinäkuu"
    " július iulie ιουλίου ιούλιος июля липня يوليو יולי",
    "august aug août aout agosto ago augustus augusti agustus sierpnia sierpień ağustos srpna srpen elokuuta elokuu"
    " augusztus αυγούστου αύγουστος августа серпня أغسطس אוגוסט",
    "september sep sept septembre septiembre settembre set setembro września wrzesień eylül září syyskuuta syyskuu"
    " szeptember septembrie σεπτεμβρίου σεπτέμβριος сентября вересня سبتمبر ספטמבר",
    "october oct oktober okt octobre octubre ottobre ott outubro out października październik ekim října říjen"
    " lokakuuta lokakuu október octombrie οκτωβρίου οκτώβριος октября жовтня أكتوبر اكتوبر אוקטובר",
    "november nov novembre noviembre novembro listopada listopad listopadu kasım kasim marraskuuta marraskuu"
    " noiembrie νοεμβρίου νοέμβριος ноября листопада نوفمبر נובמבר",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember grudnia grudzień aralık"
    " aralik prosince prosinec joulukuuta joulukuu decembrie δεκεμβρίου δεκέμβριος декабря грудня ديسمبر דצמבר",
)
MONTHS = {name.casefold(): number for number, names in enumerate(_NAMES, 1) for name in names.split()}
CROATIAN_TOO = frozenset(("listopada", "listopad"))  # which is October there; Croatian writes a dot after the day
WEEKDAYS = (
    "monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat sunday sun"
    " montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sonnabend sa sonntag so"
    " lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim"
    " lunes martes miércoles mié jueves jue viernes vie sábado sáb domingo dom"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta"
    " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    " poniedziałek wtorek środa czwartek piątek sobota niedziela"
    " pazartesi salı çarşamba perşembe cuma cumartesi pazar pondělí úterý středa čtvrtek pátek neděle"
    " mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag"
    " maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai"
    " hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi vineri sâmbătă duminică"
    " senin selasa rabu kamis jumat sabtu minggu"
    " понедельник вторник среда четверг пятница суббота воскресенье понеділок вівторок середа п'ятниця п’ятниця"
    " субота неділя δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή"
    " الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت"
).split()
DAY_FIRST = frozenset("ar az bg ca cs da de el fi fr gl he hr id it nb nl nn no pl pt ro ru sk sl sr tr uk vi".split())
