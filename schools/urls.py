"""Which addresses do schools have? Who is SPOC, what all staff were told, who acts as head; and their term dates."""

from django.urls import path

from schools.views import absences, acting_heads, spoc, staff_notices, terms

urlpatterns = [
    path("terms/", terms.list_, name="term-list"),
    path("terms/import/", terms.import_, name="term-import"),
    path("terms/authority/<str:la_code>/<int:year>/", terms.authority, name="term-authority"),
    path("terms/school/<int:school_id>/<int:year>/", terms.school, name="term-school"),
    path("terms/<int:pk>/remove/", terms.remove, name="term-remove"),
    path("schools/<int:pk>/spoc/", spoc.list_, name="spoc-list"),
    path("schools/<int:pk>/spoc/appoint/", spoc.appoint, name="spoc-appoint"),
    path("spoc-appointments/<int:appointment_id>/end/", spoc.end, name="spoc-end"),
    path("schools/<int:pk>/spoc/away/", absences.away, name="spoc-away"),
    path("spoc-absences/<int:absence_id>/back/", absences.back, name="spoc-back"),
    path("schools/<int:pk>/acting-head/", acting_heads.give, name="acting-head-give"),
    path("schools/<int:pk>/staff-notices/new/", staff_notices.send, name="staff-notice-send"),
    path("staff-notices/<int:notice_id>/", staff_notices.view, name="staff-notice-view"),
    path("staff-notices/<int:notice_id>/remind/", staff_notices.remind, name="staff-notice-remind"),
    path("staff-notices/<int:notice_id>/more/", staff_notices.extend, name="staff-notice-extend"),
    path("staff-notices/<int:notice_id>/staff.csv", staff_notices.export, name="staff-notice-export"),
    path("staff-notices/read/<int:recipient_id>/", staff_notices.read, name="staff-notice-read"),
    path("staff-notices/leave-out/<int:recipient_id>/", staff_notices.leave_out, name="staff-notice-leave-out"),
    path("notice/", staff_notices.by_link, name="staff-notice-by-link"),
    path("notice/<str:token>/", staff_notices.link, name="staff-notice-link"),
]
